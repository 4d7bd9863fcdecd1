// When a piece of media comes too slowly for the film, it is asked for elsewhere too, and whoever
// brings it first is believed. A viewer whose own connection is slow loses little by it: the request
// under way has less left to bring and wins, and then nobody races for a while.

/** How far a request has come. */
export interface Progress {
  elapsed_ms: number;
  bytes: number;
  /** Null where the answer did not say. */
  bytes_total: number | null;
}

/** A request under way is looked at this often. */
export const LOOK_MS = 2_000;
const FIRST_REST_MS = 30_000;
const LONGEST_REST_MS = 300_000;

/** Whether a piece that should come within `needed_ms` will take longer, as it comes now. */
export function isTooSlow(
  { elapsed_ms, bytes, bytes_total }: Progress,
  needed_ms: number,
): boolean {
  if (bytes === 0) return elapsed_ms >= LOOK_MS;
  return bytes_total !== null && (elapsed_ms * bytes_total) / bytes > needed_ms;
}

/** How long to rest after so many races in a row that another pathway did not win. */
export function restAfter_ms(lost: number): number {
  return lost === 0 ? 0 : Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** (lost - 1));
}
