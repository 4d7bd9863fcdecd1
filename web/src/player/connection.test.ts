import { describe, expect, it } from "vitest";
import { expected_bps, parseLearned, USUAL_BPS, withLesson } from "./connection";

const DAY_MS = 24 * 3600 * 1000;

describe("expected_bps", () => {
  it("is what was learned just now, and nothing where nothing was", () => {
    expect(expected_bps({ bps: 12_000_000, at_ms: 5 }, 5)).toBe(12_000_000);
    expect(expected_bps(null, 5)).toBeNull();
  });

  it("moves towards the usual with age, and never past it", () => {
    const after = (days: number) => expected_bps({ bps: 48_000_000, at_ms: 0 }, days * DAY_MS) ?? 0;
    expect(after(1)).toBe(12_000_000);
    expect(after(2)).toBeLessThan(after(1));
    expect(after(400)).toBe(USUAL_BPS);
  });

  it("takes a lesson from the future, when the clock was set back, for fresh", () => {
    expect(expected_bps({ bps: 1_000_000, at_ms: DAY_MS }, 0)).toBe(1_000_000);
  });
});

describe("what is kept", () => {
  it("forgets what is no sense", () => {
    expect(parseLearned(null).size).toBe(0);
    expect(parseLearned("[").size).toBe(0);
    expect(parseLearned("7").size).toBe(0);
    const kept = { a: { bps: -1, at_ms: 1 }, b: { bps: 1e6, at_ms: 1 }, c: 3, d: { bps: 1e6 } };
    expect([...parseLearned(JSON.stringify(kept)).keys()]).toEqual(["b"]);
  });

  it("keeps a bounded number of networks, the newest", () => {
    let learned = parseLearned(null);
    for (let n = 0; n < 20; n++) learned = withLesson(learned, `net${n}`, { bps: 1e6, at_ms: n });
    expect(learned.size).toBe(8);
    expect(learned.has("net19")).toBe(true);
    expect(withLesson(learned, "net19", { bps: NaN, at_ms: 21 }).get("net19")?.bps).toBe(1e6);
  });
});
