// What the staff read of insights.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ask, call } from "../../api/client";
import type {
  AlertHistory,
  Alerts,
  Breakdown,
  Cohorts,
  DropOff,
  Live,
  Metrics,
  Series,
} from "../../api/messages";
import { queryClient } from "../../api/queries";
import { saveFile } from "../../billing/saveFile";
import { movesOn, parametersOf, type Choice } from "./span";

const ROOT = "/api/insights/studio";
/** Figures up to now are read anew this often; of plays that go on, this often. */
const CALM_INTERVAL_MS = 60_000;
const LIVE_INTERVAL_MS = 5_000;
const ALERTS_INTERVAL_MS = 15_000;
/** A file of a year's days is made within seconds; a slow disk takes longer. */
const FILE_TIMEOUT_S = 120;

/** Which plays count: those of one title, one edge, … */
export type Only = Readonly<Record<string, string>>;

export const metricsQuery = queryOptions({
  queryKey: ["studio", "insights", "metrics"],
  queryFn: ({ signal }) => call<Metrics>(`${ROOT}/metrics`, { signal }),
  staleTime: Infinity,
});

export const liveQuery = queryOptions({
  queryKey: ["studio", "insights", "live"],
  queryFn: ({ signal }) => call<Live>(`${ROOT}/live`, { signal }),
  staleTime: 0,
  refetchInterval: LIVE_INTERVAL_MS,
});

function addressOf(what: string, choice: Choice, only: Only): string {
  const asked = parametersOf(choice, Date.now());
  for (const [name, value] of Object.entries(only)) asked.set(name, value);
  return `${ROOT}/${what}?${asked}`;
}

/** Something of a stretch of time; while it ends now, it is read again and again. */
const over = <T>(what: string, choice: Choice, only: Only) =>
  queryOptions({
    queryKey: ["studio", "insights", what, choice, only],
    queryFn: ({ signal }) => call<T>(addressOf(what, choice, only), { signal }),
    refetchInterval: movesOn(choice.span) ? CALM_INTERVAL_MS : false,
    placeholderData: keepPreviousData,
  });

export const seriesQuery = (metrics: readonly string[], choice: Choice, only: Only = {}) =>
  over<Series>("series", choice, { ...only, metric: metrics.join(",") });

export const breakdownQuery = (
  by: Breakdown["by"],
  metrics: readonly string[],
  choice: Choice,
  only: Only = {},
) => over<Breakdown>("breakdown", choice, { ...only, by, metric: metrics.join(",") });

export const dropOffQuery = (title: string, choice: Choice) =>
  over<DropOff>(`titles/${title}/drop-off`, choice, {});

export const cohortsQuery = queryOptions({
  queryKey: ["studio", "insights", "cohorts"],
  queryFn: ({ signal }) => call<Cohorts>(`${ROOT}/cohorts`, { signal }),
});

/** Has the browser save the figures behind something as a file. */
export async function saveFigures(
  what: string,
  choice: Choice,
  only: Only,
  name: string,
): Promise<void> {
  const answer = await ask(addressOf(`${what}.csv`, choice, only), { timeout_s: FILE_TIMEOUT_S });
  saveFile(await answer.blob(), `${name}.csv`);
}

export const alertsQuery = queryOptions({
  queryKey: ["studio", "insights", "alerts"],
  queryFn: ({ signal }) => call<Alerts>(`${ROOT}/alerts`, { signal }),
  staleTime: 0,
  refetchInterval: ALERTS_INTERVAL_MS,
});

export const alertHistoryQuery = infiniteQueryOptions({
  queryKey: ["studio", "insights", "alert-history"],
  queryFn: ({ signal, pageParam }) =>
    call<AlertHistory>(`${ROOT}/alerts/history${pageParam ? `?before=${pageParam}` : ""}`, {
      signal,
    }),
  initialPageParam: "",
  getNextPageParam: (last) => last.next ?? undefined,
  staleTime: 0,
  refetchInterval: ALERTS_INTERVAL_MS,
});

/** Reads anew what a change of alerts may have changed. */
export const renewAlerts = () =>
  queryClient.invalidateQueries({
    predicate: ({ queryKey: [studio, insights, what] }) =>
      studio === "studio" &&
      insights === "insights" &&
      typeof what === "string" &&
      what.startsWith("alert"),
  });
