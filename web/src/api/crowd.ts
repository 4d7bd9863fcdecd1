// While very many people are here, the service turns requests away before it begins them. Those
// are sent again by themselves, and whoever looks is told that it takes a little longer.
import { Problem } from "./problem";

/** So often is a request sent in all. With the waits that the service names, that is half a minute or more. */
const TRIES_MAX = 8;
/** Of a wait, added by chance: those who were turned away together do not come back together. */
const SPREAD = 0.25;
const WAIT_S = 2;

/** Whether a request was turned away at the door, with nothing done: whatever it was, it may come again. */
export const isTurnedAway = (error: unknown): error is Problem =>
  error instanceof Problem && error.code === "busy";

/** How long to wait before a request that was turned away comes again. */
export const wait_msAfter = (problem: Problem, drawn = Math.random()): number =>
  (problem.retryAfter_s ?? WAIT_S) * 1000 * (1 + SPREAD * drawn);

let waiting = 0;
const listeners = new Set<() => void>();

function count(by: 1 | -1): void {
  waiting += by;
  for (const listener of listeners) listener();
}

/** Whether something that was asked for waits for its turn. */
export const isCrowded = (): boolean => waiting > 0;

export function onCrowd(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}

/**
 * Does `once` until it is not turned away any more, or was so too often; it is told how often it
 * would be done again.
 */
export async function inTurn<T>(
  once: (triesLeft: number) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await once(TRIES_MAX - tried);
    } catch (error) {
      if (!isTurnedAway(error) || tried >= TRIES_MAX) throw error;
      count(1);
      try {
        await pause(wait_msAfter(error), signal);
      } finally {
        count(-1);
      }
    }
  }
}
