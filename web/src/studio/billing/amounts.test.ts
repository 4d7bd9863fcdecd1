import { describe, expect, it } from "vitest";
import { amountsWords, amountWords, minorOf, typedOf } from "./amounts";

describe("amounts that are typed", () => {
  it.each([
    ["9.99", "EUR", 999],
    ["9,9", "EUR", 990],
    ["9", "EUR", 900],
    ["980", "JPY", 980],
    ["3.25", "KWD", 3250],
    ["0.005", "KWD", 5],
  ])("%s %s", (text, currency, minor) => {
    expect(minorOf(text, currency)).toBe(minor);
  });
  it.each([
    ["9.999", "EUR"],
    ["9.9", "JPY"],
    ["-1", "EUR"],
    ["", "EUR"],
    ["nine", "EUR"],
  ])("%s is no amount of %s", (text, currency) => {
    expect(minorOf(text, currency)).toBeNull();
  });
  it("come back as they were", () => {
    for (const currency of ["EUR", "JPY", "KWD"]) {
      expect(minorOf(typedOf({ amount_minor: 3250, currency }), currency)).toBe(3250);
    }
  });
});

describe("amounts that are read", () => {
  it("say nothing as a number", () => {
    expect(amountWords({ amount_minor: 0, currency: "EUR" })).toContain("0");
    expect(amountsWords([])).toBe("–");
  });
  it("stand one beside another where there are several currencies", () => {
    const words = amountsWords([
      { amount_minor: 999, currency: "EUR" },
      { amount_minor: 980, currency: "JPY" },
    ]);
    expect(words).toMatch(/9\.99.*980/);
  });
});
