// How times and devices are worded.
const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });
const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export const dayWords = (at: string): string => DAY.format(new Date(at));
export const momentWords = (at: string): string => MOMENT.format(new Date(at));

/** Within this, somebody is still there. */
const NOW_MS = 5 * 60_000;

/** "just now", or the moment. */
export function lastSeenWords(at: string, now_ms: number = Date.now()): string {
  return now_ms - Date.parse(at) < NOW_MS ? "just now" : momentWords(at);
}

const SIZE = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** "12 kB", "3.4 MB". */
export function sizeWords(size_bytes: number): string {
  const isSmall = size_bytes < 1_000_000;
  const amount = size_bytes / (isSmall ? 1_000 : 1_000_000);
  return isSmall ? `${Math.ceil(amount)} kB` : `${SIZE.format(amount)} MB`;
}
