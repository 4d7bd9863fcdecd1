// What the last plays learned of this connection, so that the next one begins at the right quality.
// Kept in this browser, per kind of network where the browser knows it, and sent to nobody.
import { networkInformation } from "./network";

interface Learned {
  bps: number;
  at_ms: number;
}

const KEY = "matinee.connection";
const KINDS_MAX = 8;
/** Half of what was learned is forgotten in this time: the guess moves back to the usual. */
const HALF_LIFE_MS = 24 * 3600 * 1000;
/** What is taken for usual where nothing is known. */
export const USUAL_BPS = 3_000_000;
/** Beyond these no measurement is believed. */
const LEAST_BPS = 50_000;
const MOST_BPS = 1_000_000_000;

/**
 * What to expect of a connection that gave `learned` at its time: between it and the usual on a
 * logarithmic scale, the nearer to the usual the longer ago. Null when nothing is known.
 */
export function expected_bps(learned: Learned | null, now_ms: number): number | null {
  if (!learned) return null;
  const age_ms = Math.max(0, now_ms - learned.at_ms);
  const weight = 0.5 ** (age_ms / HALF_LIFE_MS);
  return Math.round(Math.exp(weight * Math.log(learned.bps) + (1 - weight) * Math.log(USUAL_BPS)));
}

function isLearned(value: unknown): value is Learned {
  if (typeof value !== "object" || value === null) return false;
  const { bps, at_ms } = value as Partial<Learned>;
  return typeof bps === "number" && bps >= LEAST_BPS && bps <= MOST_BPS && Number.isFinite(at_ms);
}

/** What the kept text says of each kind of network; what is no sense is left out. */
export function parseLearned(text: string | null): Map<string, Learned> {
  try {
    const kept: unknown = JSON.parse(text ?? "{}");
    if (typeof kept !== "object" || kept === null) return new Map();
    return new Map(
      Object.entries(kept).filter((entry): entry is [string, Learned] => isLearned(entry[1])),
    );
  } catch {
    return new Map();
  }
}

/** The same with one more lesson; the oldest kinds are forgotten when there are too many. */
export function withLesson(
  before: ReadonlyMap<string, Learned>,
  kind: string,
  lesson: Learned,
): Map<string, Learned> {
  if (!isLearned(lesson)) return new Map(before);
  const all = [...new Map(before).set(kind, lesson)];
  return new Map(all.sort((a, b) => b[1].at_ms - a[1].at_ms).slice(0, KINDS_MAX));
}

/** "wifi", "cellular" …; browsers that do not tell have one kind only. */
const kindOfNetwork = (): string => networkInformation()?.type ?? "any";

/** What the next play may expect in bit/s; null when nothing is known. */
export function recallConnection(): number | null {
  try {
    const learned = parseLearned(localStorage.getItem(KEY));
    return expected_bps(learned.get(kindOfNetwork()) ?? null, Date.now());
  } catch {
    return null;
  }
}

export function rememberConnection(bps: number): void {
  try {
    const learned = parseLearned(localStorage.getItem(KEY));
    const lesson = { bps: Math.round(bps), at_ms: Date.now() };
    const next = withLesson(learned, kindOfNetwork(), lesson);
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(next)));
  } catch {
    // Storage may be switched off; then each play learns anew.
  }
}
