import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FileGuess } from "../../api/messages";
import {
  countWords,
  decidable,
  draftOf,
  lackOf,
  portions,
  rowOf,
  rowsOf,
  subtitlesOf,
} from "./fileRows";

const FILM: FileGuess = {
  path: "a/Metropolis (1927).mkv",
  kind: "film",
  name: "Metropolis",
  year: 1927,
  series: "",
  season: null,
  episode: null,
  language: "",
  forced: false,
  beside: "",
  belongs_to: "",
  belongs_to_id: null,
  doubt: "",
  title_id: null,
};
const EPISODE: FileGuess = {
  ...FILM,
  path: "Dark/S1/2.mkv",
  kind: "episode",
  name: "",
  year: null,
  series: "Dark",
  season: 1,
  episode: 2,
};

describe("a row", () => {
  it("is ticked only where nothing is in doubt", () => {
    expect(rowOf(FILM, null).chosen).toBe(true);
    expect(rowOf({ ...FILM, doubt: "Which one?" }, null).chosen).toBe(false);
    expect(rowOf({ ...FILM, kind: "other" }, null).chosen).toBe(false);
    const known = rowOf({ ...FILM, title_id: "t" }, null);
    expect(known.chosen).toBe(false);
    expect(known.doubt).toContain("already");
  });

  it("stands on the page of another title", () => {
    const trailer = rowOf({ ...FILM, kind: "trailer", belongs_to: "Metropolis" }, null);
    expect(trailer.chosen).toBe(false);
    expect(lackOf(trailer)).toBe("");
    expect(lackOf({ ...trailer, belongsTo: " " })).toContain("belongs");
    expect(draftOf(trailer)).toMatchObject({ kind: "trailer", belongs_to: "Metropolis" });
    expect(draftOf(rowOf(FILM, null)).belongs_to).toBe("");
    const film = rowOf({ ...FILM, path: "b.mkv" }, null);
    expect(decidable([trailer, film]).map(({ kind }) => kind)).toEqual(["film", "trailer"]);
    expect(countWords([{ ...trailer, chosen: true }])).toBe("1 trailer or extra");
  });

  it("keeps its file", () => {
    const file = new File(["x"], "Metropolis (1927).mkv");
    const rows = rowsOf([FILM, EPISODE], [{ path: FILM.path, file }]);
    expect(rows.map((row) => row.file)).toEqual([file, null]);
  });

  it("says what is missing", () => {
    expect(lackOf(rowOf(FILM, null))).toBe("");
    expect(lackOf({ ...rowOf(FILM, null), name: " " })).toContain("name");
    expect(lackOf({ ...rowOf(EPISODE, null), series: "" })).toContain("series");
    expect(lackOf({ ...rowOf(EPISODE, null), season: "one" })).toContain("numbers");
    expect(lackOf(rowOf({ ...FILM, kind: "other" }, null))).toContain("film or an episode");
  });

  it("becomes a draft of what it is", () => {
    expect(draftOf(rowOf(EPISODE, null))).toMatchObject({
      kind: "episode",
      series: "Dark",
      season: 1,
      episode: 2,
      title_id: null,
    });
    const film = { ...rowOf(EPISODE, null), kind: "film" as const, name: " Dark " };
    expect(draftOf(film)).toMatchObject({ name: "Dark", series: "", season: null });
  });
});

describe("rows", () => {
  it("are in the order of their episodes", () => {
    const rows = [3, 12, 1].map((episode) => rowOf({ ...EPISODE, episode }, null));
    expect(decidable(rows).map(({ episode }) => episode)).toEqual(["1", "3", "12"]);
  });

  it("are counted by what they are", () => {
    const rows = [rowOf(FILM, null), rowOf(EPISODE, null), rowOf({ ...EPISODE, episode: 3 }, null)];
    expect(countWords(rows)).toBe("1 film, 2 episodes of 1 series");
    expect(countWords([])).toBe("");
  });

  it("know the subtitles that lie beside a film", () => {
    const beside = "a/Metropolis (1927)";
    const subtitles: FileGuess = { ...FILM, kind: "subtitles", beside, language: "de" };
    const rows = [subtitles, { ...subtitles, language: "" }, { ...subtitles, beside: "b" }].map(
      (guess) => rowOf(guess, null),
    );
    expect(subtitlesOf(rowOf(FILM, null), rows)).toEqual([rows[0]]);
  });
});

it("portions hold everything once, in order", () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 9 }), (all, size) => {
      const found = portions(all, size);
      expect(found.flat()).toEqual(all);
      expect(found.every((some) => some.length <= size)).toBe(true);
    }),
  );
});
