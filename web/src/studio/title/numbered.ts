// Lists whose entries are edited in place: each keeps its key while others come and go.

export type Keyed<Entry> = Entry & { key: number };

/** The entries, each with a key of its own. */
export const keyed = <Entry extends object>(entries: readonly Entry[]): Keyed<Entry>[] =>
  entries.map((entry, key) => ({ ...entry, key }));

/** A list with one more entry at its end. */
export function grown<Entry extends object>(list: readonly Keyed<Entry>[], entry: Entry) {
  const key = Math.max(-1, ...list.map((one) => one.key)) + 1;
  return [...list, { ...entry, key }];
}

/** A list in which an entry has moved by some places, as far as there is room. */
export function moved<Entry>(list: readonly Entry[], from: number, by: number): Entry[] {
  const to = Math.min(list.length - 1, Math.max(0, from + by));
  const rest = list.filter((_, index) => index !== from);
  const entry = list[from];
  return entry === undefined ? [...list] : [...rest.slice(0, to), entry, ...rest.slice(to)];
}
