// Experiments in words and numbers, and where their intervals stand in a picture.
import type { Estimate, Experiment, Layer, Look, Measure, Settings, Variable } from "./messages";

export const LAYERS: readonly (readonly [value: Layer, name: string])[] = [
  ["rows", "Rows of home pages"],
  ["ranking", "Ranking of titles"],
  ["artwork", "Pictures and heroes"],
  ["player", "The player"],
];

export const layerName = (layer: Layer): string =>
  LAYERS.find(([value]) => value === layer)?.[1] ?? layer;

export const STATES: Record<Experiment["state"], { name: string; badge: string }> = {
  draft: { name: "Planned", badge: "plain" },
  running: { name: "Running", badge: "processing" },
  ended: { name: "Ended", badge: "published" },
};

const WHOLE = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const FINE = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });
const PERCENT = new Intl.NumberFormat(undefined, {
  style: "percent",
  maximumSignificantDigits: 3,
});
const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export const countWords = (count: number): string => WHOLE.format(count);
export const shareWords = (share: number): string => PERCENT.format(share);
export const momentWords = (at: string): string => MOMENT.format(Date.parse(at));

/** A number of a measure, with its unit. */
export const valueWords = (value: number, { unit }: Measure): string =>
  unit === "share" ? PERCENT.format(value) : `${FINE.format(value)} ${unit}`;

/** A difference of a measure, always with its sign. */
export const differenceWords = (value: number, measure: Measure): string =>
  `${value > 0 ? "+" : ""}${valueWords(value, measure)}`;

/** What an estimate means, in a few words. */
export function readingWords({ reading }: Estimate, { better }: Measure): string {
  if (reading === "too_few") return "Too few yet";
  if (reading === "open") return "Not told apart";
  return reading === better ? "Surely better" : "Surely worse";
}

export const readingBadge = ({ reading }: Estimate, { better }: Measure): string => {
  if (reading === "too_few" || reading === "open") return "plain";
  return reading === better ? "up" : "down";
};

/** What a variant turns, in words. */
export function settingsWords(settings: Settings): string {
  const turned = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return turned.length > 0 ? turned.join(", ") : "As usual";
}

/** What was typed for a variable; null for as usual. Whether it is right the service says. */
export function typedValue(text: string, { choices = [] }: Variable): number | string | null {
  const plain = text.trim();
  if (plain === "") return null;
  if (choices.length > 0) return plain;
  const number = Number(plain.replace(",", "."));
  return Number.isFinite(number) ? number : plain;
}

export interface Band {
  at_ms: number;
  value: number;
  low: number;
  high: number;
}

/** How the difference of a variant was known, look by look; looks with too few are left out. */
export function bandsOf(looks: readonly Look[], variant: string): Band[] {
  return looks.flatMap(({ at, estimates }) => {
    const own = estimates.find((one) => one.variant === variant);
    if (!own || own.difference === null || own.low === null || own.high === null) return [];
    return [{ at_ms: Date.parse(at), value: own.difference, low: own.low, high: own.high }];
  });
}

/** The scale that holds all bands and zero: the most on either side. */
export const reachOf = (bands: readonly Band[]): number =>
  Math.max(1e-9, ...bands.flatMap(({ low, high }) => [Math.abs(low), Math.abs(high)]));
