import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  areDays,
  boundsOf,
  choiceOf,
  COMPARISONS,
  daysOf,
  PRESETS,
  searchOf,
  type Choice,
} from "./span";

const DAY_MS = 86_400_000;
const day = fc
  .integer({ min: 0, max: 40_000 })
  .map((number) => new Date(number * DAY_MS).toISOString().slice(0, 10));
const days = fc.tuple(day, fc.integer({ min: 0, max: 3649 })).map(([first, count]) => ({
  first,
  last: new Date(Date.parse(first) + count * DAY_MS).toISOString().slice(0, 10),
}));
const choice: fc.Arbitrary<Choice> = fc.record({
  span: fc.oneof(
    fc.constantFrom(...PRESETS).map((preset) => ({ preset })),
    days,
  ),
  compare: fc.constantFrom(...COMPARISONS),
});

describe("a choice of time", () => {
  it("comes back from the address that it was written to", () => {
    fc.assert(
      fc.property(choice, (one) => {
        expect(choiceOf(searchOf(one))).toEqual(one);
      }),
    );
  });

  it("is as usual whatever else an address says", () => {
    fc.assert(
      fc.property(fc.string(), (search) => {
        const { span, compare } = choiceOf(search);
        expect(COMPARISONS).toContain(compare);
        if (!("preset" in span)) expect(areDays(span.first, span.last)).toBe(true);
      }),
    );
    for (const wrong of ["first=2026-06-31&last=2026-07-02", "first=2026-02-02&last=2026-02-01"])
      expect(choiceOf(wrong).span).toEqual({ preset: "7d" });
  });

  it("holds the whole of its last day", () => {
    const [since_ms, until_ms] = boundsOf({ first: "2028-02-28", last: "2028-02-29" }, 0);
    expect(until_ms - since_ms).toBe(2 * DAY_MS);
  });

  it("proposes the days that were shown", () => {
    const now_ms = new Date(2026, 2, 1, 12).getTime();
    expect(daysOf({ preset: "24h" }, now_ms)).toEqual({ first: "2026-02-28", last: "2026-03-01" });
  });
});
