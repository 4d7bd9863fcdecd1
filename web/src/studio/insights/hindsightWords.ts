// What an alert would have done, in sentences. Pure.
import type { AlertHindsight, Firing, Metric } from "../../api/messages";
import { valueWords } from "./units";

const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const HOUR_MIN = 60;

export const whenWords = (moment: string): string => MOMENT.format(Date.parse(moment));

const between = (from: string, until: string): number => Date.parse(until) - Date.parse(from);

/** How often it would have fired, and since when that is known. */
export function firedWords({ since, until, fired }: AlertHindsight): string {
  const days = Math.round(between(since, until) / DAY_MS);
  const time = days >= 2 ? `In the last ${days} days` : `Since ${whenWords(since)}`;
  if (fired === 0) return `${time} it would not have fired.`;
  return `${time} it would have fired ${fired === 1 ? "once" : `${fired} times`}.`;
}

/** Between which values the figure was, which is where a limit may be looked for. */
export function boundsWords({ least, most }: AlertHindsight, metric: Metric): string {
  if (least === null || most === null) return "There was nothing to measure.";
  const [low, high] = [valueWords(metric.unit, least), valueWords(metric.unit, most)];
  return low === high ? `The figure was ${low}.` : `The figure was between ${low} and ${high}.`;
}

/** How long it would have gone on. */
export function lastedWords({ fired_at, ended_at }: Firing): string {
  if (ended_at === null) return "Still";
  const minutes = Math.round(between(fired_at, ended_at) / MINUTE_MS);
  const [hours, rest] = [Math.floor(minutes / HOUR_MIN), minutes % HOUR_MIN];
  return [hours > 0 && `${hours} h`, (rest > 0 || hours === 0) && `${rest} min`]
    .filter((part) => part !== false)
    .join(" ");
}
