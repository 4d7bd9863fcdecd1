import { expect, test } from "vitest";
import type { Deed, Workflow } from "./messages";
import { deedSentence, isPicture, standingSentence, valueText } from "./words";

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
  amends: false,
  amendment: null,
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

test("pictures, films and subtitles are told by what people call them", () => {
  const after = { "poster:de": "/artwork/a.jpg", backdrop: null };
  expect(deedSentence({ ...deed, verb: "proposed", after })).toBe(
    "proposed to change poster (German) and backdrop",
  );
  expect(isPicture("poster:de") && isPicture("backdrop") && !isPicture("posters")).toBe(true);
  const film = { file_name: "a.mkv", size_bytes: 5, source: "sources/1/a.mkv" };
  expect(valueText(film)).toBe("a.mkv");
  expect(valueText({ ...film, file_name: "a.srt", language: "de" })).toBe("a.srt (German)");
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
