// A row or hero of the programme as a form holds it, and as it is sent.
import { listOf } from "../titleFields";
import { draftOf, draftProblem, emptyDraft, windowOf, type WindowDraft } from "../workflow/windows";
import type { EditorialRow, EditorialRowDraft, Hours } from "./messages";

export interface NamedTitle {
  id: string;
  name: string;
}

export interface RowDraft {
  id: string | null;
  name: string;
  reason: string;
  shownAs: "row" | "hero";
  titles: readonly NamedTitle[];
  window: WindowDraft;
  hasHours: boolean;
  hours: Required<Hours>;
  /** Tags with commas between. */
  languages: string;
  viewers: NonNullable<NonNullable<EditorialRow["audience"]>["viewers"]>;
  /** A number, or empty for where it suits. */
  place: string;
}

export const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

const usualHours = (): Required<Hours> => ({
  days: EVERY_DAY,
  starts: "18:00",
  ends: "23:00",
  time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
});

export const emptyRow = (): RowDraft => ({
  id: null,
  name: "",
  reason: "",
  shownAs: "row",
  titles: [],
  window: emptyDraft(),
  hasHours: false,
  hours: usualHours(),
  languages: "",
  viewers: "everybody",
  place: "",
});

export const rowDraftOf = (
  row: EditorialRow,
  names: Readonly<Record<string, string>>,
): RowDraft => ({
  id: row.id,
  name: row.name,
  reason: row.reason ?? "",
  shownAs: row.shown_as ?? "row",
  titles: row.title_ids.map((id) => ({ id, name: names[id] ?? "A title that is gone" })),
  window: draftOf(row.window ?? {}),
  hasHours: Boolean(row.hours),
  hours: { ...usualHours(), ...row.hours },
  languages: (row.audience?.languages ?? []).join(", "),
  viewers: row.audience?.viewers ?? "everybody",
  place: row.place ? String(row.place) : "",
});

/** What is wrong with a draft, as a sentence; null if nothing is. */
export function rowProblem(draft: RowDraft): string | null {
  const wrong = listOf(draft.languages).filter((tag) => !LANGUAGE.test(tag));
  if (draft.name.trim() === "") return "Say what it is called.";
  if (draft.titles.length === 0) return "Choose at least one title.";
  if (wrong.length > 0) return `${wrong.join(", ")}: languages are tags such as en, de or pt-BR.`;
  if (draft.hasHours && draft.hours.days.length === 0) return "Choose at least one day.";
  return draftProblem(draft.window);
}

export function messageOf(draft: RowDraft): EditorialRowDraft {
  const isRow = draft.shownAs === "row";
  return {
    name: draft.name.trim(),
    reason: draft.reason.trim(),
    shown_as: draft.shownAs,
    title_ids: draft.titles.map(({ id }) => id),
    window: windowOf(draft.window),
    hours: draft.hasHours ? draft.hours : null,
    audience: { languages: listOf(draft.languages), viewers: draft.viewers },
    place: isRow && draft.place !== "" ? Number(draft.place) : null,
  };
}

/** The rows as they would be with a draft, for a preview. */
export function rowsWith(rows: readonly EditorialRow[], draft: RowDraft): EditorialRow[] {
  const NEW = "00000000-0000-7000-8000-000000000000";
  const changed = { ...messageOf(draft), id: draft.id ?? NEW };
  const isKnown = rows.some(({ id }) => id === draft.id);
  return isKnown ? rows.map((row) => (row.id === draft.id ? changed : row)) : [...rows, changed];
}

/** The same ones, with the one at `from` one place further up or down. */
export function moved<T>(all: readonly T[], from: number, by: -1 | 1): T[] {
  const to = from + by;
  if (to < 0 || to >= all.length) return [...all];
  const order = all.toSpliced(from, 1);
  return order.toSpliced(to, 0, ...all.slice(from, from + 1));
}
