import { describe, expect, it } from "vitest";
import { failureOf, isHopeless, pause_ms } from "./patience";

describe("pause_ms", () => {
  it("doubles from round to round up to a bound, and spreads players out", () => {
    const longest = [1, 2, 3, 4, 5, 6, 40].map((round) => pause_ms(round, 1));
    expect(longest).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000]);
    expect(pause_ms(3, 0)).toBe(500);
  });
});

describe("isHopeless", () => {
  it("waits minutes for a network, and not at all for a closed door", () => {
    expect(isHopeless("lost", 60, 299_000)).toBe(false);
    expect(isHopeless("busy", 60, 300_000)).toBe(true);
    expect(isHopeless("refused", 1, 0)).toBe(true);
  });

  it("looks three times for a file that is nowhere", () => {
    expect([1, 2, 3].map((round) => isHopeless("missing", round, 0))).toEqual([false, false, true]);
  });
});

describe("failureOf", () => {
  it("tells what an answer means", () => {
    const meant = [0, 401, 403, 404, 408, 410, 429, 500, 503].map(failureOf);
    expect(meant).toEqual([
      "lost",
      "refused",
      "refused",
      "missing",
      "lost",
      "missing",
      "busy",
      "busy",
      "busy",
    ]);
  });
});
