import { expect, test } from "vitest";
import type { Estimate, Look, Measure, Variable } from "./messages";
import {
  bandsOf,
  differenceWords,
  reachOf,
  readingWords,
  typedValue,
  valueWords,
} from "./readings";

const measure = (better: "more" | "less", unit: string): Measure => ({
  name: "one",
  label: "One",
  sentence: "One",
  unit,
  is_guard: false,
  better,
});
const estimate = (change: Partial<Estimate>): Estimate => ({
  measure: "one",
  variant: "b",
  profiles: 500,
  mean: 1,
  difference: null,
  low: null,
  high: null,
  reading: "open",
  ...change,
});
const variable = (choices: string[]): Variable => ({
  name: "rows.one",
  layer: "rows",
  sentence: "One",
  usual: 1,
  choices,
});

test("more stalls are worse, more hours are better", () => {
  const more = estimate({ reading: "more" });
  expect(readingWords(more, measure("more", "hours"))).toBe("Surely better");
  expect(readingWords(more, measure("less", "s"))).toBe("Surely worse");
  expect(readingWords(estimate({ reading: "too_few" }), measure("less", "s"))).toBe("Too few yet");
});

test("a difference has its sign and its unit", () => {
  expect(differenceWords(0.5, measure("more", "hours"))).toBe("+0.5 hours");
  expect(differenceWords(-0.5, measure("more", "hours"))).toBe("-0.5 hours");
  expect(valueWords(0.021, measure("less", "share"))).toBe("2.1%");
});

test("what is typed is a number, a choice, or as usual", () => {
  expect(typedValue(" 0,5 ", variable([]))).toBe(0.5);
  expect(typedValue("30", variable([]))).toBe(30);
  expect(typedValue("  ", variable([]))).toBeNull();
  expect(typedValue("alike", variable(["learnt", "alike"]))).toBe("alike");
  expect(typedValue("a lot", variable([]))).toBe("a lot");
});

test("looks without bounds are no part of the band", () => {
  const at = (hour: number) => `2026-01-01T0${hour}:00:00Z`;
  const looks: Look[] = [
    { at: at(1), estimates: [estimate({})] },
    { at: at(2), estimates: [estimate({ difference: 1, low: -1, high: 3 })] },
    { at: at(3), estimates: [estimate({ variant: "c", difference: 9, low: 8, high: 10 })] },
  ];
  const bands = bandsOf(looks, "b");
  expect(bands).toEqual([{ at_ms: Date.parse(at(2)), value: 1, low: -1, high: 3 }]);
  expect(reachOf(bands)).toBe(3);
});
