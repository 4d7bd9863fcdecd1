import { expect, test } from "vitest";
import type { Deed, Workflow } from "./messages";
import { deedSentence, standingSentence, valueText } from "./words";

const deed: Deed = {
  id: "1",
  at: "2026-03-01T12:00:00Z",
  account_id: null,
  verb: "changed",
  before: {},
  after: {},
  words: "",
  can_be_undone: true,
};

const workflow: Workflow = {
  title_id: "1",
  standing: "draft",
  publish_at: null,
  submitted_by: null,
  review: "none",
  acts: [],
  missing: [],
};

test("what somebody did is told with the fields that it was done to", () => {
  const after = { name: "Northern", maturity_age: 12, year: null };
  expect(deedSentence({ ...deed, after })).toBe("changed name, age rating, and year");
  expect(deedSentence({ ...deed, verb: "undone", after: { name: "" } })).toBe(
    "undid a change of name",
  );
  expect(deedSentence({ ...deed, verb: "approved", after: { standing: "released" } })).toBe(
    "approved it",
  );
});

test("values are told in a line", () => {
  expect(valueText(null)).toBe("nothing");
  expect(valueText([])).toBe("none");
  expect(valueText(["Drama", "War"])).toBe("Drama, War");
  expect(valueText([{ name: "Ada", role: "cast", person_id: null }])).toBe("Ada · cast");
  expect(valueText([{ territories: ["IS"], plans: [], ends_at: null }])).toBe("IS · none");
  expect(valueText(2020)).toBe("2020");
});

test("what is scheduled says when", () => {
  const publish_at = "2026-03-01T12:00:05Z";
  expect(standingSentence({ ...workflow, standing: "scheduled", publish_at })).toMatch(/05/);
  expect(standingSentence(workflow)).toBe("A draft: nobody sees it.");
});
