// The calendar's months and days, where the reader is.
import type { Turn } from "./messages";

/** The first moment of a month that lies so many months after another one's. */
export const monthAfter = (moment: Date, months: number): Date =>
  new Date(moment.getFullYear(), moment.getMonth() + months, 1);

export const monthName = (moment: Date): string =>
  moment.toLocaleDateString(undefined, { month: "long", year: "numeric" });

export interface Day {
  /** As an input of a date has it. */
  date: string;
  name: string;
  turns: Turn[];
}

/** Turns by the day on which they happen; days on which nothing does are left out. */
export function daysOf(turns: readonly Turn[]): Day[] {
  const days = new Map<string, Day>();
  for (const turn of turns) {
    const at = new Date(turn.at);
    const date = dateOf(at);
    const known = days.get(date);
    if (known) known.turns.push(turn);
    else days.set(date, { date, name: nameOf(at), turns: [turn] });
  }
  return [...days.values()];
}

export function dateOf(moment: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

const nameOf = (moment: Date): string =>
  moment.toLocaleDateString(undefined, { weekday: "long", day: "numeric", month: "long" });

export const clockTime = (moment: string): string =>
  new Date(moment).toLocaleTimeString(undefined, { timeStyle: "medium" });
