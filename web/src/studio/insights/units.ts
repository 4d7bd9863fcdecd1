// Figures as words, by their unit. Pure.
import type { Metric } from "../../api/messages";
import { bitrateWords } from "../delivery/figures";
import { amountWords, digitsOf } from "../billing/amounts";

export type Unit = Metric["unit"];

const WHOLE = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const FINE = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });
const ONE = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const SMALL = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 2 });
const SHORT = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
const PERCENT = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 2 });

const NONE = "–";

/** A value with its unit; a dash where nothing was measured. Money is in minor units of its currency. */
export function valueWords(unit: Unit, value: number | null, currency = ""): string {
  if (value === null) return NONE;
  switch (unit) {
    case "count":
      return Number.isInteger(value) ? WHOLE.format(value) : ONE.format(value);
    case "per_second":
      return `${FINE.format(value)}/s`;
    case "per_hour":
      return `${FINE.format(value)}/h`;
    case "hours":
      return `${(value < 1 ? SMALL : value < 100 ? ONE : WHOLE).format(value)} h`;
    case "seconds":
      return `${FINE.format(value)} s`;
    case "share":
      return PERCENT.format(value);
    case "bits_per_second":
      return bitrateWords(value);
    case "money":
      return amountWords({ amount_minor: value, currency });
  }
}

/** The same where there is little room: beside an axis. */
export function axisWords(unit: Unit, value: number, currency = ""): string {
  if (unit === "count" || unit === "hours") return (value < 1 ? SMALL : SHORT).format(value);
  if (unit === "money") return SHORT.format(value / 10 ** digitsOf(currency));
  return valueWords(unit, value, currency);
}

export interface Change {
  words: string;
  /** Whether that is better than before; null where nobody can say, or nothing changed. */
  isBetter: boolean | null;
}

/** How a value moved; null where there is nothing to hold it against. Shares move in points. */
export function changeOf(
  unit: Unit,
  better: "up" | "down" | null,
  now: number | null,
  before: number | null,
): Change | null {
  if (now === null || before === null) return null;
  const moved = now - before;
  const isBetter = moved === 0 || better === null ? null : moved > 0 === (better === "up");
  if (unit === "share") return { words: `${signed(100 * moved, FINE)} points`, isBetter };
  if (before === 0) return null;
  return { words: `${signed((100 * moved) / Math.abs(before), ONE)} %`, isBetter };
}

function signed(value: number, as: Intl.NumberFormat): string {
  const words = as.format(Math.abs(value));
  if (words === as.format(0)) return `±${words}`;
  return `${value > 0 ? "+" : "−"}${words}`;
}
