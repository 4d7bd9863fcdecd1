// Files that a person looks through before they become titles: what each is taken for.
import type { FileDraft, FileGuess } from "../../api/messages";
import type { PathedFile } from "./dropped";

export interface FileRow {
  path: string;
  /** Null for a file in a watched place, which is not here. */
  file: File | null;
  kind: FileGuess["kind"];
  name: string;
  year: string;
  series: string;
  season: string;
  episode: string;
  language: string;
  forced: boolean;
  beside: string;
  /** Of trailers and extras: the film or series on whose page they stand. */
  belongsTo: string;
  doubt: string;
  /** The title that it seems to be, whose film it would replace. */
  titleId: string | null;
  /** Whether it is to be taken. */
  chosen: boolean;
}

const KNOWN = "The catalogue has it already. If you take it, its film is replaced.";
const text = (number: number | null): string => (number === null ? "" : `${number}`);

export function rowOf(guess: FileGuess, file: File | null): FileRow {
  const isFilm = guess.kind === "film" || guess.kind === "episode";
  return {
    path: guess.path,
    file,
    kind: guess.kind,
    name: guess.name,
    year: text(guess.year),
    series: guess.series,
    season: text(guess.season),
    episode: text(guess.episode),
    language: guess.language,
    forced: guess.forced,
    beside: guess.beside,
    belongsTo: guess.belongs_to,
    doubt: guess.doubt || (guess.title_id === null ? "" : KNOWN),
    titleId: guess.title_id,
    chosen: isFilm && guess.doubt === "" && guess.title_id === null,
  };
}

export function rowsOf(guesses: readonly FileGuess[], files: readonly PathedFile[]): FileRow[] {
  const byPath = new Map(files.map(({ path, file }) => [path, file]));
  return guesses.map((guess) => rowOf(guess, byPath.get(guess.path) ?? null));
}

const numberOf = (words: string): number | null => {
  const number = Number(words);
  return words.trim() === "" || !Number.isInteger(number) ? null : number;
};

/** What is missing before a row can become a title; empty where nothing is. */
export function lackOf(row: FileRow): string {
  if (isBelonging(row)) {
    return row.belongsTo.trim() === "" ? "Say to which film or series it belongs." : "";
  }
  if (row.kind === "film") return row.name.trim() === "" ? "Give it a name." : "";
  if (row.kind !== "episode") return "Say whether it is a film or an episode.";
  if (row.series.trim() === "") return "Say which series it is of.";
  if (numberOf(row.season) === null || numberOf(row.episode) === null) {
    return "Give season and episode as numbers.";
  }
  return "";
}

export type TakenKind = FileDraft["kind"];
const TAKEN: readonly TakenKind[] = ["film", "episode", "trailer", "extra"];

/** What a file can be taken as; a film where it is none of these. */
export const takenKind = (kind: FileRow["kind"]): TakenKind =>
  TAKEN.find((one) => one === kind) ?? "film";

/** Whether it stands on another title's page. */
export const isBelonging = ({ kind }: Pick<FileRow, "kind">): boolean =>
  kind === "trailer" || kind === "extra";

export function draftOf(row: FileRow): FileDraft {
  const isEpisode = row.kind === "episode";
  return {
    path: row.path,
    kind: takenKind(row.kind),
    belongs_to: isBelonging(row) ? row.belongsTo.trim() : "",
    name: row.name.trim(),
    year: numberOf(row.year),
    series: isEpisode ? row.series.trim() : "",
    season: isEpisode ? numberOf(row.season) : null,
    episode: isEpisode ? numberOf(row.episode) : null,
    title_id: row.titleId,
  };
}

const stemOf = (path: string): string => path.replace(/\.[^./]*$/, "");

/** The subtitle files that lie beside a film, are named after it and say their language. */
export const subtitlesOf = (film: FileRow, rows: readonly FileRow[]): FileRow[] =>
  rows.filter(
    ({ kind, beside, language }) =>
      kind === "subtitles" && language !== "" && beside === stemOf(film.path),
  );

/** Those that a person decides about, in the order of their series, seasons and episodes. */
export function decidable(rows: readonly FileRow[]): FileRow[] {
  const place = ({ season, episode }: FileRow) => Number(season) * 100_000 + Number(episode);
  // What belongs to a title comes after all of those, which may be made along with it.
  const last = (row: FileRow) => Number(isBelonging(row));
  return rows
    .filter((row) => row.kind === "film" || row.kind === "episode" || isBelonging(row))
    .toSorted(
      (one, other) =>
        last(one) - last(other) ||
        one.series.localeCompare(other.series) ||
        place(one) - place(other),
    );
}

/** "12 films, 8 episodes of 2 series". */
export function countWords(rows: readonly FileRow[]): string {
  const chosen = rows.filter((row) => row.chosen);
  const films = chosen.filter(({ kind }) => kind === "film").length;
  const episodes = chosen.filter(({ kind }) => kind === "episode");
  const others = chosen.filter(isBelonging).length;
  const series = new Set(episodes.map((row) => row.series.trim().toLowerCase())).size;
  return [
    films > 0 && (films === 1 ? "1 film" : `${films} films`),
    episodes.length > 0 &&
      `${episodes.length === 1 ? "1 episode" : `${episodes.length} episodes`} of ${series} series`,
    others > 0 && (others === 1 ? "1 trailer or extra" : `${others} trailers and extras`),
  ]
    .filter(Boolean)
    .join(", ");
}

/** In pieces that the service takes at once. */
export function portions<T>(all: readonly T[], size: number): T[][] {
  const found: T[][] = [];
  for (let at = 0; at < all.length; at += size) found.push(all.slice(at, at + size));
  return found;
}
