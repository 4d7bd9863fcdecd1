// What goes on just now, by itself; and the figures of a stretch of time at a glance.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link } from "wouter";
import type { Live } from "../../api/messages";
import { Failure } from "../../design/States";
import { Figures } from "../Figures";
import { ReportTable } from "../ReportTable";
import { Chart } from "./Chart";
import { momentWords, tickWords } from "./moments";
import { LoadingPanels, metricsOf, Panels } from "./Panels";
import { alertsQuery, liveQuery, metricsQuery, seriesQuery } from "./queries";
import { SHOWN } from "./shownFigures";
import { spanWords, type Choice } from "./span";
import { axisWords, changeOf, valueWords } from "./units";

function LiveChart({ minutes }: { minutes: Live["minutes"] }) {
  const at = useMemo(() => minutes.map((minute) => Date.parse(minute.at) / 1000), [minutes]);
  const lines = useMemo(
    () => [
      { name: "Watching", values: minutes.map(({ viewers }) => viewers) },
      { name: "Plays begun", values: minutes.map(({ plays }) => plays) },
    ],
    [minutes],
  );
  return (
    <Chart
      label="The last hour"
      at={at}
      lines={lines}
      isTime
      isWhole
      atWords={(at_s) => momentWords("minute", at_s)}
      tickWords={(at_s) => tickWords("minute", at_s)}
      valueWords={(value) => valueWords("count", value)}
      axisWords={(value) => axisWords("count", value)}
    />
  );
}

function LivePart() {
  const { data, error, refetch } = useQuery(liveQuery);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <LoadingPanels count={1} />;
  return (
    <section aria-labelledby="live">
      <h2 id="live" className="studio__sub">
        Just now
      </h2>
      <Figures
        of={[
          ["Watching", valueWords("count", data.viewers), "profiles, in the last 30 seconds"],
          [
            "Starts",
            valueWords("per_second", data.starts_per_second),
            "plays begun, over the last minute",
          ],
        ]}
      />
      <div className="studio__panel panel--live">
        <LiveChart minutes={data.minutes} />
      </div>
      {data.titles.length > 0 && (
        <ReportTable
          label="Watched just now"
          columns={[
            { name: "Title", of: (title) => title.name },
            { name: "Watching", of: ({ viewers }) => valueWords("count", viewers), isNumber: true },
          ]}
          rows={data.titles}
          keyOf={(title) => title.title_id}
        />
      )}
    </section>
  );
}

/** What fires now, on the page that everybody opens first. */
function Firing() {
  const { data } = useQuery(alertsQuery);
  const firing = data?.alerts.filter(({ state }) => state === "firing") ?? [];
  if (firing.length === 0) return null;
  return (
    <p className="studio__remark studio__remark--bad" role="status">
      <strong>{firing.length === 1 ? "An alert fires" : `${firing.length} alerts fire`}:</strong>{" "}
      {firing.map(({ name }) => name).join(", ")}.{" "}
      <Link href="/studio/insights/alerts" className="studio__link">
        Look at alerts
      </Link>
    </p>
  );
}

function Glance({ choice }: { choice: Choice }) {
  const metrics = useQuery(metricsQuery);
  const { data, error, refetch } = useQuery(seriesQuery(SHOWN.glance, choice));
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data || !metrics.data) return <LoadingPanels count={2} />;
  const totalOf = (lines: readonly { metric: string; total: number | null }[], id: string) =>
    lines.find(({ metric }) => metric === id)?.total ?? null;
  return (
    <Figures
      of={metricsOf(metrics.data, SHOWN.glance).map(({ id, name, unit, better }) => {
        const [now, then] = [totalOf(data.lines, id), totalOf(data.before?.lines ?? [], id)];
        const change = changeOf(unit, better, now, then);
        const meaning = change ? `${change.words} against before` : "";
        return [name, valueWords(unit, now), meaning] as const;
      })}
    />
  );
}

export function OverviewPart({ choice }: { choice: Choice }) {
  return (
    <>
      <Firing />
      <LivePart />
      <h2 className="studio__sub">{spanWords(choice.span)}</h2>
      <Glance choice={choice} />
      <Panels ids={SHOWN.overview} choice={choice} />
    </>
  );
}
