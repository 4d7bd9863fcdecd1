// Some figures over time, asked for at once.
import { useQuery } from "@tanstack/react-query";
import type { Metric, Metrics } from "../../api/messages";
import { Failure, Loading } from "../../design/States";
import { Panel } from "./Panel";
import { metricsQuery, seriesQuery, type Only } from "./queries";
import type { Choice } from "./span";

/** The metrics of these ids, in their order. */
export const metricsOf = (all: Metrics | undefined, ids: readonly string[]): Metric[] =>
  ids.flatMap((id) => all?.metrics.find((metric) => metric.id === id) ?? []);

export function LoadingPanels({ count }: { count: number }) {
  return (
    <Loading what="figures">
      <div className="panels">
        {Array.from({ length: count }, (_, number) => (
          <div key={number} className="studio__panel panel--empty skeleton" />
        ))}
      </div>
    </Loading>
  );
}

interface PanelsProps {
  ids: readonly string[];
  choice: Choice;
  only?: Only;
}

const ALL: Only = {};

export function Panels({ ids, choice, only = ALL }: PanelsProps) {
  const metrics = useQuery(metricsQuery);
  const series = useQuery(seriesQuery(ids, choice, only));
  const error = metrics.error ?? series.error;
  if (error) {
    const again = () => void Promise.all([metrics.refetch(), series.refetch()]);
    return <Failure error={error} retry={again} />;
  }
  const told = series.data;
  if (!metrics.data || !told) return <LoadingPanels count={ids.length} />;
  return (
    <div className="panels" aria-busy={series.isPlaceholderData}>
      {metricsOf(metrics.data, ids).flatMap((metric) =>
        told.lines
          .filter((line) => line.metric === metric.id)
          .map((line) => (
            <Panel
              key={`${metric.id} ${line.currency ?? ""}`}
              {...{ metric, line, choice, only }}
              series={told}
            />
          )),
      )}
    </div>
  );
}
