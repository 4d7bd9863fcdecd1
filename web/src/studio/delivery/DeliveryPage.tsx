// Delivery at a glance: edges, traffic, who is sent where and why, where a title lies, what if.
import "./delivery.css";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import type { DeliveryOverview } from "../../api/messages";
import { PageHeading } from "../../app/pageFocus";
import { Failure, Loading } from "../../design/States";
import { Figures } from "../Figures";
import { deliveryQuery } from "../queries";
import { EdgeMap } from "./EdgeMap";
import { EdgeTable } from "./EdgeTable";
import {
  bitrateWords,
  bytesWords,
  hitShare,
  servedBytes,
  sendsNow_bps,
  shareWords,
  sumServed,
} from "./figures";
import { SteeringTable } from "./SteeringTable";
import { Takedowns } from "./Takedowns";
import { TitleWhere } from "./TitleWhere";
import { TrafficChart } from "./TrafficChart";
import { WhatIf } from "./WhatIf";

function figuresOf({ edges }: DeliveryOverview): [string, string, string][] {
  const hour = sumServed(edges.map((row) => row.hour));
  const up = edges.filter(({ edge }) => edge.health === "up").length;
  const now_bps = sendsNow_bps(edges);
  return [
    ["Edges up", `${up} / ${edges.length}`, "answer, of all there are"],
    ["Sent now", bitrateWords(now_bps), "to viewers, by all edges"],
    ["From edges’ disks", shareWords(hitShare(hour)), "of the last hour’s bytes"],
    ["Last hour", bytesWords(servedBytes(hour)), "sent to viewers"],
  ];
}

function Overview({ overview, at_ms }: { overview: DeliveryOverview; at_ms: number }) {
  return (
    <>
      <Figures of={figuresOf(overview)} />
      <EdgeMap overview={overview} />
      <h2 className="studio__sub">Edges</h2>
      <EdgeTable edges={overview.edges} release={overview.release} now_ms={at_ms} />
      <h2 className="studio__sub">Traffic</h2>
      <TrafficChart traffic={overview.traffic} />
      <h2 className="studio__sub">Who is sent where</h2>
      <SteeringTable regions={overview.regions} />
      <TitleWhere edges={overview.edges} />
      <Takedowns />
      <WhatIf edges={overview.edges} />
    </>
  );
}

export function DeliveryPage() {
  const { data, error, refetch, dataUpdatedAt } = useQuery(deliveryQuery);
  return (
    <>
      <PageHeading>Delivery</PageHeading>
      <p className="muted studio__lead">
        Where media comes from, as of a few seconds ago.{" "}
        <Link href="/studio/edges" className="studio__link">
          Add or remove edges
        </Link>
      </p>
      {data ? (
        <Overview overview={data} at_ms={dataUpdatedAt} />
      ) : error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : (
        <Loading what="delivery">
          <div className="studio__skeleton skeleton" />
        </Loading>
      )}
    </>
  );
}
