import { expect, it } from "vitest";
import { codeIn } from "./arrival";

it.each([
  ["#code=ABCD-EFGH", "ABCD-EFGH"],
  ["#other=1&code=a%2Bb", "a+b"],
  ["#code=", ""],
  ["#", ""],
  ["", ""],
])("reads the code in %s", (hash, code) => {
  expect(codeIn(hash)).toBe(code);
});
