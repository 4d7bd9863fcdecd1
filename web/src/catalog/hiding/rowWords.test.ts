import { expect, test } from "vitest";
import { rowWords } from "./rowWords";

test.each([
  ["hidden_gems", "Hidden gems"],
  ["genre:science fiction", "Science fiction"],
  ["people:Zoë: the star", "Zoë: the star"],
  ["something_new", "Something new"],
])("%s is called %s", (key, words) => {
  expect(rowWords(key)).toBe(words);
});
