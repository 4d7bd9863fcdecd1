import { useInfiniteQuery } from "@tanstack/react-query";
import type { Subscriber } from "../../api/messages";
import { dayOf } from "../../billing/standing";
import { Button } from "../../design/Button";
import { Failure, LoadingPart } from "../../design/States";
import { ReportTable, type Column } from "../ReportTable";
import { amountWords } from "./amounts";
import { subscribersQuery } from "./queries";

const COLUMNS: readonly Column<Subscriber>[] = [
  { name: "Account", of: (row) => row.email || row.account_id },
  { name: "Plan", of: (row) => row.plan },
  { name: "Price", of: (row) => amountWords(row.price), isNumber: true },
  { name: "Status", of: (row) => row.status.replaceAll("_", " ") },
  { name: "Since", of: (row) => dayOf(row.started_at) },
  { name: "Period ends", of: (row) => dayOf(row.current_period_end) },
];

export function SubscribersPart() {
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(subscribersQuery);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <LoadingPart />;
  const rows = data.pages.flat();
  if (rows.length === 0) return <p className="muted">Nobody has subscribed yet.</p>;
  return (
    <>
      <ReportTable
        label="Subscribers"
        columns={COLUMNS}
        rows={rows}
        keyOf={(row) => row.subscription_id}
      />
      {hasNextPage && <Button onClick={() => void fetchNextPage()}>Show older</Button>}
    </>
  );
}
