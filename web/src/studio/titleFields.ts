// Between a title's form, where lists are text, and its messages.
import type { Title, TitleChange, TitleDraft } from "../api/messages";

type Credit = Title["credits"][number];
type Role = Credit["role"];

export const CREDIT_FIELDS: readonly (readonly [name: Role, label: string])[] = [
  ["director", "Directors"],
  ["writer", "Writers"],
  ["composer", "Composers"],
  ["cast", "Cast"],
];

/** "Drama, Mystery" as its parts, each once. */
export function listOf(text: string): string[] {
  const parts = text.split(/[,\n]/).map((part) => part.trim());
  return [...new Set(parts.filter((part) => part !== ""))];
}

export function namesOf(credits: readonly Credit[], role: Role): string {
  return credits
    .filter((credit) => credit.role === role)
    .map(({ name }) => name)
    .join(", ");
}

const numberOf = (text: string): number | null => (text.trim() === "" ? null : Number(text));

/** Reads one field of the form by its name; empty when there is none. */
export type Read = (name: string) => string;

/** What can be changed of a title, as the form says it; rights are no part of the form. */
export function changeFrom(read: Read): Required<Omit<TitleChange, "rights">> {
  return {
    name: read("name").trim(),
    tagline: read("tagline").trim(),
    description: read("description").trim(),
    year: numberOf(read("year")),
    maturity_age: Number(read("maturity_age")),
    genres: listOf(read("genres")),
    moods: listOf(read("moods")),
    credits: CREDIT_FIELDS.flatMap(([role]) => listOf(read(role)).map((name) => ({ name, role }))),
  };
}

type Kind = NonNullable<TitleDraft["kind"]>;

/** A new title, as the form says it. */
export function draftFrom(read: Read): TitleDraft {
  const kind = (read("kind") || "film") as Kind;
  const { name, tagline, description, maturity_age, ...change } = changeFrom(read);
  return {
    name: name ?? "",
    tagline: tagline ?? "",
    description: description ?? "",
    maturity_age: maturity_age ?? 0,
    year: change.year,
    genres: change.genres ?? [],
    moods: change.moods ?? [],
    credits: change.credits ?? [],
    kind,
    language: read("language").trim() || "en",
    ...(kind === "episode" && {
      series_slug: read("series_slug").trim(),
      season: numberOf(read("season")),
      episode: numberOf(read("episode")),
    }),
  };
}
