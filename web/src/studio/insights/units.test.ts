import { describe, expect, it } from "vitest";
import { axisWords, changeOf, valueWords } from "./units";

describe("figures as words", () => {
  it("say their unit", () => {
    expect(valueWords("count", 12_345)).toMatch(/^12.345$/);
    expect(valueWords("share", 0.0213)).toMatch(/^2[.,]13\s?%$/);
    expect(valueWords("hours", 12.34)).toMatch(/^12[.,]3 h$/);
    expect(valueWords("hours", 0.0157)).toMatch(/^0[.,]016 h$/);
    expect(valueWords("seconds", 0.456)).toMatch(/^0[.,]46 s$/);
    expect(valueWords("bits_per_second", 3_200_000)).toMatch(/^3[.,]2 Mbit\/s$/);
    expect(valueWords("money", 1999, "EUR")).toMatch(/19[.,]99/);
    expect(valueWords("seconds", null)).toBe("–");
  });

  it("are short beside an axis", () => {
    expect(axisWords("count", 1_200_000)).toMatch(/^1[.,]2\s?M/);
    expect(axisWords("hours", 0.015)).toMatch(/^0[.,]015$/);
    expect(axisWords("hours", 0)).toBe("0");
    expect(axisWords("share", 0.5)).toMatch(/^50\s?%$/);
  });
});

describe("a change", () => {
  it("is better when it goes where it should", () => {
    expect(changeOf("count", "up", 120, 100)).toEqual({ words: "+20 %", isBetter: true });
    expect(changeOf("seconds", "down", 2, 1)).toEqual({ words: "+100 %", isBetter: false });
    expect(changeOf("count", null, 80, 100)).toEqual({ words: "−20 %", isBetter: null });
    expect(changeOf("count", "up", 100, 100)).toEqual({ words: "±0 %", isBetter: null });
  });

  it("of a share is told in points", () => {
    expect(changeOf("share", "down", 0.02, 0.035)?.words).toMatch(/^−1[.,]5 points$/);
  });

  it("is none where there was nothing", () => {
    expect(changeOf("count", "up", 5, 0)).toBeNull();
    expect(changeOf("count", "up", null, 5)).toBeNull();
    expect(changeOf("share", "up", 0.5, 0)?.words).toBe("+50 points");
  });
});
