import { expect, it } from "vitest";
import { destinationOf } from "./destination";

it.each([
  "//evil.example",
  "/\\evil.example",
  "https://evil.example",
  "javascript:alert(1)",
  "",
  null,
])("does not leave the site for %s", (next) => {
  expect(destinationOf(next)).toBe("/");
});

it("goes on to a page of this site", () => {
  expect(destinationOf("/title/low-tide")).toBe("/title/low-tide");
});
