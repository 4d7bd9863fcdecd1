// Which stretch of time figures are of, and what they are held against. Kept in the page's address,
// so that what somebody sees can be handed on. Pure.

export const PRESETS = ["1h", "24h", "7d", "30d", "90d", "365d"] as const;
export type Preset = (typeof PRESETS)[number];
export const COMPARISONS = ["none", "before", "year"] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** Either the time up to now, or whole days where the reader is, the last one included. */
export type Span = { preset: Preset } | { first: string; last: string };

export interface Choice {
  span: Span;
  compare: Comparison;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LENGTHS_MS: Record<Preset, number> = {
  "1h": HOUR_MS,
  "24h": DAY_MS,
  "7d": 7 * DAY_MS,
  "30d": 30 * DAY_MS,
  "90d": 90 * DAY_MS,
  "365d": 365 * DAY_MS,
};
export const PRESET_NAMES: Record<Preset, string> = {
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
  "90d": "Last 90 days",
  "365d": "Last year",
};
export const COMPARISON_NAMES: Record<Comparison, string> = {
  none: "Nothing",
  before: "The time before",
  year: "A year earlier",
};
const USUAL: Choice = { span: { preset: "7d" }, compare: "before" };
/** More days than this are more than is kept. */
const DAYS_MAX = 3650;

/** Whether it is a day that there is: the 31st of June would become another one. */
const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  new Date(text).toISOString().startsWith(text);

/** The day that somebody's calendar shows at a moment. */
function dayOf(at_ms: number): string {
  const at = new Date(at_ms);
  const parts = [at.getFullYear(), at.getMonth() + 1, at.getDate()];
  return parts.map((part, number) => `${part}`.padStart(number === 0 ? 4 : 2, "0")).join("-");
}

/** When a day begins where the reader is, or one so many days after it. */
function dayStart_ms(day: string, later = 0): number {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).getTime();
}

const isOneOf = <T extends string>(all: readonly T[], text: string | null): text is T =>
  all.some((one) => one === text);

/** What an address asks for; what it leaves out, or says wrongly, is as usual. */
export function choiceOf(search: string): Choice {
  const asked = new URLSearchParams(search);
  const [range, compare] = [asked.get("range"), asked.get("compare")];
  const [first, last] = [asked.get("first") ?? "", asked.get("last") ?? ""];
  return {
    span: isOneOf(PRESETS, range)
      ? { preset: range }
      : areDays(first, last)
        ? { first, last }
        : USUAL.span,
    compare: isOneOf(COMPARISONS, compare) ? compare : USUAL.compare,
  };
}

/** Whether two texts are days of which the second does not come first, and not too many. */
export const areDays = (first: string, last: string): boolean =>
  isDay(first) && isDay(last) && 0 <= daysTo(first, last) && daysTo(first, last) < DAYS_MAX;

const daysTo = (first: string, last: string): number =>
  (Date.parse(last) - Date.parse(first)) / DAY_MS;

/** The part of an address that asks for it; empty where all is as usual. */
export function searchOf({ span, compare }: Choice): string {
  const asked = new URLSearchParams();
  if (!("preset" in span)) {
    asked.set("first", span.first);
    asked.set("last", span.last);
  } else if (!("preset" in USUAL.span) || span.preset !== USUAL.span.preset) {
    asked.set("range", span.preset);
  }
  if (compare !== USUAL.compare) asked.set("compare", compare);
  return asked.toString();
}

/** Its beginning and its end (ms since the epoch), as of now. */
export function boundsOf(
  span: Span,
  now_ms: number,
): readonly [since_ms: number, until_ms: number] {
  if ("preset" in span) return [now_ms - LENGTHS_MS[span.preset], now_ms];
  return [dayStart_ms(span.first), dayStart_ms(span.last, 1)];
}

/** How the services are asked for it. */
export function parametersOf({ span, compare }: Choice, now_ms: number): URLSearchParams {
  const [since, until] = boundsOf(span, now_ms).map((at_ms) => new Date(at_ms).toISOString());
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return new URLSearchParams({ since: since ?? "", until: until ?? "", compare, zone });
}

/** Whether it ends now, so that its figures move. */
export const movesOn = (span: Span): boolean => "preset" in span;

/** Its name, for files and sentences. */
export const spanWords = (span: Span): string =>
  "preset" in span ? PRESET_NAMES[span.preset] : `${span.first} to ${span.last}`;

/** The days to begin with where somebody wants to choose their own: those shown until then. */
export function daysOf(span: Span, now_ms: number): { first: string; last: string } {
  if (!("preset" in span)) return span;
  const [since_ms, until_ms] = boundsOf(span, now_ms);
  return { first: dayOf(since_ms), last: dayOf(until_ms) };
}
