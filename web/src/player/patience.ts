// How long the player goes on asking for a piece of media that does not come, and how often. Pure.

/** What one attempt ended with. */
export type Failure =
  /** The media token no longer opens the door (401, 403). */
  | "refused"
  /** The host answered that it has no such file (404, 410). */
  | "missing"
  /** The host answered that it cannot just now (429, 5xx). */
  | "busy"
  /** Nothing answered, or the answer broke off. */
  | "lost";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4_000;
/** After this long without an answer the viewer is told, and decides. */
const PATIENCE_MS = 300_000;
/** A file that is nowhere is looked for this often on every pathway. */
const ROUNDS_FOR_MISSING = 3;

/** An attempt is given up when no byte has come for this long: sooner if there is another way. */
export const SILENCE_MS = { onlyWay: 8_000, otherWays: 3_000 };

/**
 * The pause before round `round` (from 1) of asking on every pathway: twice the one before, up to a
 * bound. `chance` (0 to 1) spreads players out, so that they do not all come back at once.
 */
export function pause_ms(round: number, chance: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (round - 1));
  return longest * (0.5 + chance / 2);
}

/** Whether to stop asking, after `rounds` on every pathway within `since_ms`. */
export function isHopeless(failure: Failure, rounds: number, since_ms: number): boolean {
  if (failure === "refused") return true;
  if (failure === "missing") return rounds >= ROUNDS_FOR_MISSING;
  return since_ms >= PATIENCE_MS;
}

/** What an HTTP status of a failed request means; 0 stands for no answer. */
export function failureOf(status: number): Failure {
  if (status === 401 || status === 403) return "refused";
  if (status === 0 || status === 408) return "lost";
  return status === 429 || status >= 500 ? "busy" : "missing";
}
