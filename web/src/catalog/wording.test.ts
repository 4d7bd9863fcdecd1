import { expect, it } from "vitest";
import { definitionWords, durationWords, episodeWords } from "./wording";

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
