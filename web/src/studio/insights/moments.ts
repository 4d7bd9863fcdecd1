// Moments on an axis and in a table, as finely as the figures' step is. Pure but for the reader's
// language and time zone.
import type { Series } from "../../api/messages";

type Step = Series["step"];

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const MONTH = new Intl.DateTimeFormat(undefined, { month: "short", year: "numeric" });
const MOMENT = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const DATE = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
});

const formatOf = (step: Step): Intl.DateTimeFormat =>
  step === "minute" || step === "hour" ? MOMENT : step === "month" ? MONTH : DATE;

/** When a step begins, in full. */
export function momentWords(step: Step, at_s: number): string {
  const words = formatOf(step).format(1000 * at_s);
  return step === "week" ? `Week of ${words}` : words;
}

/** The same on an axis: a day where one begins, else the time of day. */
export function tickWords(step: Step, at_s: number): string {
  const at = new Date(1000 * at_s);
  if (step === "month") return MONTH.format(at);
  const isMidnight = at.getHours() === 0 && at.getMinutes() === 0;
  return step === "day" || step === "week" || isMidnight ? DAY.format(at) : TIME.format(at);
}
