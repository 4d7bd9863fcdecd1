// Between a title's form, where lists are text, and its messages.
import type { Title, TitleChange, TitleDraft } from "../api/messages";

type Role = Title["credits"][number]["role"];

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

const numberOf = (text: string): number | null => (text.trim() === "" ? null : Number(text));

/** Reads one field of the form by its name; empty when there is none. */
export type Read = (name: string) => string;

/** What the form about a title's words says; everything else of it has a part of its own. */
type Words =
  "name" | "tagline" | "description" | "year" | "maturity_age" | "genres" | "moods" | "keywords";

/** What can be changed of a title, as the form says it. */
export function changeFrom(read: Read): Required<Pick<TitleChange, Words>> {
  return {
    name: read("name").trim(),
    tagline: read("tagline").trim(),
    description: read("description").trim(),
    year: numberOf(read("year")),
    maturity_age: Number(read("maturity_age")),
    genres: listOf(read("genres")),
    moods: listOf(read("moods")),
    keywords: listOf(read("keywords")),
  };
}

/** People as they are typed into lists by what they did. */
export const creditsFrom = (read: Read): { name: string; role: Role }[] =>
  CREDIT_FIELDS.flatMap(([role]) => listOf(read(role)).map((name) => ({ name, role })));

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
    keywords: change.keywords ?? [],
    credits: creditsFrom(read),
    kind,
    language: read("language").trim() || "en",
    ...((kind === "trailer" || kind === "extra") && {
      belongs_to_slug: read("belongs_to_slug").trim(),
    }),
    ...(kind === "episode" && {
      series_slug: read("series_slug").trim(),
      season: numberOf(read("season")),
      episode: numberOf(read("episode")),
    }),
  };
}
