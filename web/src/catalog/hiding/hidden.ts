// What was taken out of pages just now. The service learns of it a moment later; until it surely
// has, pages go by this.
import type { Row } from "../../api/messages";

/** A title out of a row, a row off the page, or a title out of everything (`row` is null). */
export interface Hidden {
  row: string | null;
  titleId: string | null;
}

interface Entry extends Hidden {
  profile: string;
  until_ms: number;
}

/** The service knows by then; after that a title may well come back, say by being watched again. */
export const SURELY_KNOWN_MS = 60_000;

const listeners = new Set<() => void>();
let entries: readonly Entry[] = [];

const isSame = (one: Hidden, other: Hidden): boolean =>
  one.row === other.row && one.titleId === other.titleId;

function set(next: readonly Entry[]): void {
  entries = next;
  listeners.forEach((listener) => listener());
}

export function hide(profile: string, hidden: Hidden, now_ms = Date.now()): void {
  const others = entries.filter((entry) => entry.until_ms > now_ms);
  set([...others, { ...hidden, profile, until_ms: now_ms + SURELY_KNOWN_MS }]);
}

export function show(profile: string, hidden: Hidden): void {
  set(entries.filter((entry) => entry.profile !== profile || !isSame(entry, hidden)));
}

export function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const hiddenNow = (): readonly Entry[] => entries;

/** A row as dismissals name it: by its kind alone where its id says what was watched. */
export function rowKeyOf(row: Pick<Row, "id" | "kind">): string {
  return row.kind === "because_you_watched" ? row.kind : row.id;
}

/** Rows without what was hidden; a row that is left without cards is gone. */
export function rowsLeft(
  rows: readonly Row[],
  profile: string,
  hidden: readonly Entry[] = entries,
  now_ms = Date.now(),
): Row[] {
  const current = hidden.filter((entry) => entry.profile === profile && entry.until_ms > now_ms);
  if (current.length === 0) return rows.filter((row) => row.cards.length > 0);
  return rows.flatMap((row) => {
    const key = rowKeyOf(row);
    const own = current.filter((entry) => entry.row === null || entry.row === key);
    if (own.some((entry) => entry.titleId === null)) return [];
    const gone = new Set(own.map((entry) => entry.titleId));
    const cards = row.cards.filter((card) => !gone.has(card.id));
    return cards.length > 0 ? [{ ...row, cards }] : [];
  });
}

/** Whether a title was hidden from everything. */
export function isGone(
  titleId: string,
  profile: string,
  hidden: readonly Entry[] = entries,
  now_ms = Date.now(),
): boolean {
  return hidden.some(
    (entry) =>
      entry.row === null &&
      entry.titleId === titleId &&
      entry.profile === profile &&
      entry.until_ms > now_ms,
  );
}
