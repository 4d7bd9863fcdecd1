import { expect, it } from "vitest";
import type { TitleCard } from "../api/messages";
import { definitionWords, durationWords, episodeWords, factsOf, languageWords } from "./wording";

it.each([
  [42, "42 s"],
  [59.9, "1 min"],
  [60, "1 min"],
  [3599, "1 h"],
  [6120, "1 h 42 min"],
  [7200, "2 h"],
])("words %d s as %s", (duration_s, words) => {
  expect(durationWords(duration_s)).toBe(words);
});

it("names an episode only where both its numbers are known", () => {
  expect(episodeWords({ season: 0, episode: 3 })).toBe("S0 E3");
  expect(episodeWords({ season: 1, episode: null })).toBeNull();
  expect(episodeWords({})).toBeNull();
});

it.each([
  [null, null],
  [480, null],
  [720, "HD"],
  [1080, "Full HD"],
  [2160, "4K"],
])("calls a height of %s %s", (height, words) => {
  expect(definitionWords(height)).toBe(words);
});

it("says what a file does not say of its language", () => {
  expect(languageWords("und")).toBe("Unknown language");
  expect(languageWords("zxx")).toBe("No speech");
});

it("rates a title by the mark of the viewer's board, else by the age", () => {
  const card: TitleCard = {
    id: "1",
    slug: "low-tide",
    kind: "film",
    name: "Low Tide",
    tagline: "",
    year: 2021,
    maturity_age: 12,
    mark: "",
    duration_s: 5400,
    genres: [],
    artwork: { poster: null, backdrop: null, poster_is_still: false },
  };
  expect(factsOf(card)).toEqual(["2021", "12+", "1 h 30 min"]);
  expect(factsOf({ ...card, mark: "FSK 12" })[1]).toBe("FSK 12");
  expect(factsOf({ ...card, kind: "collection", duration_s: null })[2]).toBe("Collection");
});
