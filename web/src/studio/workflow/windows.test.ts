import { expect, test } from "vitest";
import type { RightsWindow, Turn } from "./messages";
import { dateOf, daysOf, monthAfter } from "./months";
import { audienceOf, codesIn, draftOf, draftProblem, emptyDraft, windowOf } from "./windows";

const whole: RightsWindow = {
  territories: ["IS", "NO"],
  plans: ["family"],
  platforms: ["tv"],
  starts_at: "2026-03-01T12:00:05.000Z",
  ends_at: null,
};

test("a window comes back from its form as it was", () => {
  expect(windowOf(draftOf(whole))).toEqual(whole);
  expect(windowOf(emptyDraft())).toEqual({
    territories: [],
    plans: [],
    platforms: [],
    starts_at: null,
    ends_at: null,
  });
});

test("countries are read however they are written, each once", () => {
  expect(codesIn(" is,no;  is\nDE ")).toEqual(["IS", "NO", "DE"]);
  expect(draftProblem({ ...emptyDraft(), territories: "Iceland" })).toMatch(/two letters/);
  expect(draftProblem({ ...emptyDraft(), territories: "is" })).toBeNull();
});

test("a window that ends before it begins is refused", () => {
  const backwards = { startsAt: "2026-03-02T00:00:00", endsAt: "2026-03-01T00:00:00" };
  expect(draftProblem({ ...emptyDraft(), ...backwards })).toBe("It must begin before it ends.");
});

test("for whom a window is can be read", () => {
  expect(audienceOf(whole)).toBe("Iceland, Norway · plan family · televisions");
  expect(audienceOf(windowOf(emptyDraft()))).toBe("everybody");
});

test("turns stand under the day on which they happen", () => {
  const turn = (at: string): Turn => ({
    at,
    what: "opens",
    title_id: at,
    name: at,
    kind: "film",
    territories: [],
    plans: [],
    platforms: [],
  });
  const noon = new Date(2026, 2, 1, 12).toISOString();
  const later = new Date(2026, 2, 1, 13).toISOString();
  const next = new Date(2026, 2, 2, 0).toISOString();
  const days = daysOf([noon, later, next].map(turn));
  expect(days.map(({ date, turns }) => [date, turns.length])).toEqual([
    ["2026-03-01", 2],
    ["2026-03-02", 1],
  ]);
});

test("months follow each other over the year's end", () => {
  expect(dateOf(monthAfter(new Date(2026, 11, 31), 1))).toBe("2027-01-01");
  expect(dateOf(monthAfter(new Date(2026, 0, 31), 1))).toBe("2026-02-01");
  expect(dateOf(monthAfter(new Date(2026, 0, 31), -1))).toBe("2025-12-01");
});
