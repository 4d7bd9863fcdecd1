// Figures of each title, territory, device, …: the greatest first, with what they were before.
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { Breakdown, Metric } from "../../api/messages";
import { Button } from "../../design/Button";
import { Failure, LoadingPart } from "../../design/States";
import { TableFrame, TableHead } from "../TableFrame";
import { ChangeWords, SaveButton } from "./Panel";
import { metricsOf } from "./Panels";
import { breakdownQuery, metricsQuery, type Only } from "./queries";
import type { Choice } from "./span";
import { changeOf, valueWords } from "./units";

type Row = Breakdown["rows"][number];

const FIRST_ROWS = 20;
const MORE_ROWS = 200;

interface BreakdownTableProps {
  title: string;
  by: Breakdown["by"];
  /** What a row is of, as the first column says it. */
  of: string;
  ids: readonly string[];
  choice: Choice;
  only?: Only;
  /** What is said where nothing is there. */
  none: string;
  nameOf?: (row: Row) => ReactNode;
}

function Cell({ metric, row, number }: { metric: Metric; row: Row; number: number }) {
  const [now, then] = [row.values[number] ?? null, row.before?.[number] ?? null];
  return (
    <td className="table__number">
      {valueWords(metric.unit, now)}{" "}
      <ChangeWords change={changeOf(metric.unit, metric.better, now, then)} />
    </td>
  );
}

/** How a row's first figure stands to the greatest one, for the eye alone. */
const shareOf = (row: Row, rows: readonly Row[]): number => {
  const top = Math.max(0, ...rows.map(({ values }) => values[0] ?? 0));
  return top > 0 ? Math.max(0, row.values[0] ?? 0) / top : 0;
};

function Rows({ table, told, metrics }: TableProps) {
  const { rows } = told;
  const names = metrics.map(({ name }) => name);
  return (
    <TableFrame label={table.title}>
      <table className="table table--numbers">
        <TableHead names={[table.of, ...names]} numbers={names} />
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row" className="breakdown__name">
                {(table.nameOf ? table.nameOf(row) : row.name) || "Not known"}
                <span
                  className="breakdown__share"
                  style={{ inlineSize: `${100 * shareOf(row, rows)}%` }}
                />
              </th>
              {metrics.map((metric, number) => (
                <Cell key={metric.id} metric={metric} row={row} number={number} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function Meanings({ metrics }: { metrics: readonly Metric[] }) {
  return (
    <details className="meaning">
      <summary>What the figures mean</summary>
      <dl>
        {metrics.map(({ id, name, sentence, formula }) => (
          <div key={id}>
            <dt>{name}</dt>
            <dd>
              {sentence} <span className="muted">{formula}</span>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

interface TableProps {
  table: BreakdownTableProps;
  told: Breakdown;
  metrics: readonly Metric[];
}

const ALL: Only = {};

export function BreakdownTable(props: BreakdownTableProps) {
  const { title, by, ids, choice, only = ALL, none } = props;
  const [limit, setLimit] = useState(FIRST_ROWS);
  const asked = { ...only, limit: `${limit}` };
  const metrics = useQuery(metricsQuery);
  const told = useQuery(breakdownQuery(by, ids, choice, asked));
  if (told.error) return <Failure error={told.error} retry={() => void told.refetch()} />;
  const known = metricsOf(metrics.data, ids);
  return (
    <section className="breakdown">
      <div className="breakdown__head">
        <h2>{title}</h2>
        <SaveButton
          what="breakdown"
          choice={choice}
          only={{ ...only, by, metric: ids.join(",") }}
          name={title}
        />
      </div>
      <Meanings metrics={known} />
      {!told.data || known.length === 0 ? (
        <LoadingPart />
      ) : told.data.rows.length === 0 ? (
        <p className="muted">{none}</p>
      ) : (
        <Rows table={props} told={told.data} metrics={known} />
      )}
      {told.data?.more && limit < MORE_ROWS && (
        <Button onClick={() => setLimit(MORE_ROWS)}>Show more</Button>
      )}
    </section>
  );
}
