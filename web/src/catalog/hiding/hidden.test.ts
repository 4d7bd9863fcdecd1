import { beforeEach, expect, test } from "vitest";
import type { Row } from "../../api/messages";
import { hiddenNow, hide, isGone, rowKeyOf, rowsLeft, show, SURELY_KNOWN_MS } from "./hidden";

const card = (id: string) => ({ id }) as Row["cards"][number];
const row = (id: string, cards: string[]): Row => ({
  id,
  kind: id.split(":")[0] as Row["kind"],
  name: id,
  reason: "",
  cards: cards.map(card),
});
const ROWS = [
  row("continue_watching", ["a", "b"]),
  row("because_you_watched:x", ["b", "c"]),
  row("genre:drama", ["c"]),
];
const left = (now_ms = 0, profile = "vera") =>
  rowsLeft(ROWS, profile, undefined, now_ms).map(({ id, cards }) => [
    id,
    cards.map((one) => one.id).join(""),
  ]);

beforeEach(() => {
  for (const { profile, ...hidden } of hiddenNow()) show(profile, hidden);
});

test("a row that tells what was watched is named by its kind", () => {
  expect(ROWS.map(rowKeyOf)).toEqual(["continue_watching", "because_you_watched", "genre:drama"]);
});

test("a title goes from one row, or from all", () => {
  hide("vera", { row: "continue_watching", titleId: "b" }, 0);
  expect(left()).toEqual([
    ["continue_watching", "a"],
    ["because_you_watched:x", "bc"],
    ["genre:drama", "c"],
  ]);
  hide("vera", { row: null, titleId: "c" }, 0);
  expect(left()).toEqual([
    ["continue_watching", "a"],
    ["because_you_watched:x", "b"],
  ]);
  expect([isGone("c", "vera", undefined, 0), isGone("b", "vera", undefined, 0)]).toEqual([
    true,
    false,
  ]);
});

test("a whole row goes, and comes back when it is put back", () => {
  const hidden = { row: "because_you_watched", titleId: null };
  hide("vera", hidden, 0);
  expect(left().map(([id]) => id)).toEqual(["continue_watching", "genre:drama"]);
  show("vera", hidden);
  expect(left()).toHaveLength(3);
});

test("it is one profile's, and the service's from a minute on", () => {
  hide("vera", { row: null, titleId: "c" }, 0);
  expect(left(0, "otto")).toHaveLength(3);
  expect(left(SURELY_KNOWN_MS - 1)).toHaveLength(2);
  expect(left(SURELY_KNOWN_MS)).toHaveLength(3);
});

test("an empty row is none", () => {
  expect(rowsLeft([row("new", [])], "vera")).toEqual([]);
});
