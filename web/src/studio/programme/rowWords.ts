// What a row of the programme is, in words.
import { languageName } from "../languageNames";
import { audienceOf } from "../workflow/windows";
import type { EditorialRow, Hours } from "./messages";
import { EVERY_DAY } from "./rowDraft";

const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "short", timeZone: "UTC" });

/** A day of the week, 1 for Monday: the 1st of January 2024 was one. */
export const dayName = (day: number): string => DAY.format(Date.UTC(2024, 0, day));

export function hoursWords({ days = EVERY_DAY, starts, ends, time_zone }: Hours): string {
  const which = days.length === EVERY_DAY.length ? "daily" : days.map(dayName).join(", ");
  return `${which} ${starts ?? "00:00"}–${ends ?? "00:00"} (${time_zone ?? "UTC"})`;
}

const VIEWERS = { everybody: "", children: "children", grown_ups: "grown-ups" };

/** For whom it is; empty for everybody. */
export function forWords({ window = {}, audience }: EditorialRow): string {
  const where = audienceOf(window);
  const parts = [
    where === "everybody" ? "" : where,
    (audience?.languages ?? []).map(languageName).join(", "),
    VIEWERS[audience?.viewers ?? "everybody"],
  ];
  return parts.filter(Boolean).join(" · ");
}

export type Turn = "now" | "later" | "over";

/** Whether its window is open, comes or lies behind. */
export function turnOf({ window }: EditorialRow, now_ms: number): Turn {
  if (window?.ends_at && Date.parse(window.ends_at) <= now_ms) return "over";
  if (window?.starts_at && Date.parse(window.starts_at) > now_ms) return "later";
  return "now";
}

/** When it is shown; empty for always. */
export function whenWords({ window, hours }: EditorialRow): string {
  const parts = [
    window?.starts_at ? `from ${MOMENT.format(Date.parse(window.starts_at))}` : "",
    window?.ends_at ? `until ${MOMENT.format(Date.parse(window.ends_at))}` : "",
    hours ? hoursWords(hours) : "",
  ];
  return parts.filter(Boolean).join(" ");
}
