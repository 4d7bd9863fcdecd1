import { expect, test } from "vitest";
import type { SheetImport } from "./messages";
import { outcomeOf } from "./sheets";

const sheet = (said: Partial<SheetImport>): SheetImport => ({
  id: "1",
  file_name: "a.csv",
  is_trial: false,
  state: "done",
  created_at: "2026-11-02T20:00:00Z",
  ended_at: null,
  lines: 2,
  made: 1,
  changed: 0,
  errors: [],
  errors_all: 0,
  ...said,
});

test("every state has a sentence of its own", () => {
  const states = ["waiting", "working", "done", "refused", "failed"] as const;
  const said = states.map((state) => outcomeOf(sheet({ state })));
  expect(new Set(said).size).toBe(states.length);
  expect(said.every((words) => words.endsWith("."))).toBe(true);
});

test("a trial says what would be, and counts agree with their words", () => {
  expect(outcomeOf(sheet({}))).toBe("1 title made and 0 changed.");
  expect(outcomeOf(sheet({ is_trial: true, made: 2, changed: 3 }))).toBe(
    "Nothing is wrong: 2 titles would be made and 3 changed.",
  );
  expect(outcomeOf(sheet({ state: "refused", errors_all: 1 }))).toContain("1 thing is wrong");
  expect(outcomeOf(sheet({ state: "refused", errors_all: 7 }))).toContain("7 things are wrong");
});
