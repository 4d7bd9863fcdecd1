// An alert as somebody types it, and as sentences. Pure.
import type { Alert, AlertDraft, AlertLimits, Metric } from "../../api/messages";
import { textOf } from "../../session/formText";
import { valueWords } from "./units";

export const WINDOWS = [
  [300, "5 minutes"],
  [900, "15 minutes"],
  [3600, "hour"],
  [86_400, "24 hours"],
] as const;
export const LASTING = [
  [0, "At once"],
  [120, "2 minutes"],
  [300, "5 minutes"],
  [900, "15 minutes"],
  [3600, "1 hour"],
] as const;

/** What somebody types for a value of 1: shares in per cent, bitrates in Mbit/s. */
const SCALES: Partial<Record<Metric["unit"], number>> = { share: 100, bits_per_second: 1e-6 };
const scaleOf = ({ unit }: Metric): number => SCALES[unit] ?? 1;

const UNIT_NAMES: Partial<Record<Metric["unit"], string>> = {
  share: "%",
  seconds: "seconds",
  hours: "hours",
  per_second: "a second",
  per_hour: "an hour",
  bits_per_second: "Mbit/s",
};
/** The unit in which a metric's limits are typed; empty for what is merely counted. */
export const typedUnit = ({ unit }: Metric): string => UNIT_NAMES[unit] ?? "";

/** Whether an alert can watch it: money is told apart by currency, which no limit is. */
export const canWatch = ({ unit }: Metric): boolean => unit !== "money";

/** The windows over which a metric says something. */
export const windowsOf = (metric: Metric) =>
  WINDOWS.filter(([window_s]) => metric.finest_s <= window_s);

/** A value as somebody would type it. */
export const typedOf = (metric: Metric, value: number): string =>
  `${Number((value * scaleOf(metric)).toPrecision(12))}`;

/** What was typed as a value of the metric; null where it is no number. */
export function valueOf(metric: Metric, typed: string): number | null {
  const text = typed.trim().replace(",", ".");
  const value = text === "" ? NaN : Number(text);
  return Number.isFinite(value) ? Number((value / scaleOf(metric)).toPrecision(12)) : null;
}

const addressesOf = (typed: string): string[] =>
  typed
    .split(/[\s,;]+/)
    .map((address) => address.trim())
    .filter((address) => address !== "");

type Window = NonNullable<AlertDraft["window_s"]>;

/** What is missing or wrong in what was typed, in a sentence. */
export class WrongDraftError extends Error {}

const numberOf = (typed: string, all: readonly (readonly [number, string])[]): number =>
  all.find(([one]) => `${one}` === typed)?.[0] ?? all[0]?.[0] ?? 0;

/** When the form's alert fires; WrongDraftError where a value is no number. */
export function limitsOf(metric: Metric, data: FormData): AlertLimits {
  const read = (name: string) => textOf(data, name);
  const limit = valueOf(metric, read("limit"));
  const end = read("clear_at").trim();
  const clear_at = end === "" ? null : valueOf(metric, end);
  if (limit === null) throw new WrongDraftError("Type the limit as a number, such as 2 or 0.5.");
  if (end !== "" && clear_at === null)
    throw new WrongDraftError("Type the value at which it is over as a number, or leave it empty.");
  return {
    metric: metric.id,
    side: read("side") === "below" ? "below" : "above",
    limit,
    clear_at,
    window_s: numberOf(read("window_s"), windowsOf(metric)) as Window,
    lasting_s: numberOf(read("lasting_s"), LASTING),
  };
}

/** The form's draft; WrongDraftError where a value is no number. */
export function draftOf(metric: Metric, data: FormData): AlertDraft {
  return {
    ...limitsOf(metric, data),
    name: textOf(data, "name").trim(),
    emails: addressesOf(textOf(data, "emails")),
    tells_webhooks: data.has("tells_webhooks"),
    is_paused: false,
  };
}

/** The same rule, paused or going on. */
export function pausedOf(alert: Alert, is_paused: boolean): AlertDraft {
  const { name, metric, side, limit, clear_at, window_s, lasting_s, emails, tells_webhooks } =
    alert;
  const same = { name, metric, side, limit, clear_at, lasting_s, emails, tells_webhooks };
  return { ...same, window_s: window_s as Window, is_paused };
}

const windowWords = (window_s: number): string =>
  WINDOWS.find(([one]) => one === window_s)?.[1] ?? `${window_s / 60} minutes`;

interface Ruled {
  metric: string;
  side: Alert["side"];
  limit: number;
  window_s: number;
}

/** When a rule fires, in a sentence without its time. */
export function ruleWords(rule: Ruled, metric: Metric | undefined): string {
  const limit = metric ? valueWords(metric.unit, rule.limit) : `${rule.limit}`;
  const name = metric?.name ?? rule.metric;
  return `${name} of the last ${windowWords(rule.window_s)} ${rule.side} ${limit}`;
}
