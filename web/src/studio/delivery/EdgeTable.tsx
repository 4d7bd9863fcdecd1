import type { ReactNode } from "react";
import type { Edge, EdgeOverview } from "../../api/messages";
import {
  bitrateWords,
  bytesWords,
  fullness,
  hitShare,
  servedBytes,
  shareWords,
  worryOf,
} from "./figures";
import { TableFrame, TableHead } from "../TableFrame";

const HEALTH: Record<Edge["health"], string> = {
  up: "Up",
  down: "Down",
  unknown: "Not checked yet",
};
const ROLE: Record<NonNullable<Edge["role"]>, string> = {
  edge: "",
  shield: "Shield",
  commercial: "Commercial network",
};

/** A number with a bar of how full that is. */
function Level({ share, children }: { share: number | null; children: ReactNode }) {
  return (
    <span className="level">
      <span>{children}</span>
      {share !== null && (
        <span className="level__bar" aria-hidden="true">
          <span style={{ inlineSize: `${100 * share}%` }} />
        </span>
      )}
    </span>
  );
}

function Fill({ figures }: Pick<EdgeOverview, "figures">) {
  if (!figures) return <>–</>;
  const { wanted_bytes = 0, held_bytes = 0, state } = figures.fill;
  if (wanted_bytes === 0) return <>Nothing planned</>;
  const share = fullness(held_bytes, wanted_bytes);
  const words = share === 1 ? "All there" : `${shareWords(share)} of ${bytesWords(wanted_bytes)}`;
  return (
    <Level share={share}>
      {words}
      {state === "waiting" && " (waits for quiet hours)"}
    </Level>
  );
}

interface RowProps {
  row: EdgeOverview;
  release: string;
  now_ms: number;
}

function Row({ row, release, now_ms }: RowProps) {
  const { edge, figures, hour, planned_bps } = row;
  const worry = worryOf(row, release, now_ms);
  const place = [edge.region, edge.site, ROLE[edge.role ?? "edge"]].filter(Boolean).join(" · ");
  const disk = figures?.disk ?? null;
  return (
    <tr>
      <th scope="row">
        {edge.id}
        <span className="delivery__under">{place}</span>
      </th>
      <td>
        <span className={`badge badge--${edge.health}`}>{HEALTH[edge.health]}</span>
        {worry !== null && <span className="delivery__under delivery__worry">{worry}</span>}
      </td>
      <td>
        <Level share={figures ? fullness(figures.egress_bps, edge.capacity_bps ?? null) : null}>
          {figures ? bitrateWords(figures.egress_bps) : "–"}
        </Level>
        <span className="delivery__under">planned {bitrateWords(planned_bps)}</span>
      </td>
      <td className="table__number">
        {shareWords(hitShare(hour))}
        <span className="delivery__under">of {bytesWords(servedBytes(hour))}</span>
      </td>
      <td>
        <Level share={disk ? fullness(disk.used_bytes, disk.used_bytes + disk.free_bytes) : null}>
          {disk ? bytesWords(disk.used_bytes) : "–"}
        </Level>
      </td>
      <td>
        <Fill figures={figures} />
      </td>
      <td className="table__number">
        {figures?.links.first_byte_ms_p95 == null
          ? "–"
          : `${figures.links.first_byte_ms_p95.toFixed(0)} ms`}
      </td>
    </tr>
  );
}

const NUMBERS = ["From its disk", "First byte (p95)"];
const COLUMNS = [
  "Edge",
  "Health",
  "Sends now",
  "From its disk",
  "Store",
  "Filled",
  "First byte (p95)",
];

interface TableProps {
  edges: readonly EdgeOverview[];
  /** The service's own. */
  release: string;
  now_ms: number;
}

export function EdgeTable({ edges, release, now_ms }: TableProps) {
  return (
    <TableFrame label="Edges">
      <table className="table delivery__edges">
        <TableHead names={COLUMNS} numbers={NUMBERS} />
        <tbody>
          {edges.map((row) => (
            <Row key={row.edge.id} row={row} release={release} now_ms={now_ms} />
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}
