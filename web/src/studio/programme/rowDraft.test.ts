import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { EditorialRow } from "./messages";
import { emptyRow, messageOf, moved, rowDraftOf, rowProblem, rowsWith } from "./rowDraft";
import { turnOf } from "./rowWords";

const row: EditorialRow = {
  id: "0195a000-0000-7000-8000-000000000001",
  name: "Friday night",
  reason: "For the weekend",
  shown_as: "row",
  title_ids: ["0195a000-0000-7000-8000-000000000002"],
  window: {
    territories: ["IS"],
    plans: ["premium"],
    platforms: ["tv"],
    starts_at: "2026-01-01T00:00:00.000Z",
    ends_at: null,
  },
  hours: { days: [5], starts: "18:00", ends: "02:00", time_zone: "Europe/Berlin" },
  audience: { languages: ["de", "pt-BR"], viewers: "grown_ups" },
  place: 3,
};

test("what was read is sent again unchanged", () => {
  const { id, ...sent } = row;
  expect(messageOf(rowDraftOf(row, {}))).toEqual(sent);
  expect(id).toBe(row.id);
});

test("a hero has no place", () => {
  expect(messageOf({ ...rowDraftOf(row, {}), shownAs: "hero" }).place).toBeNull();
});

test("what is missing is said", () => {
  const draft = rowDraftOf(row, {});
  expect(rowProblem(draft)).toBeNull();
  expect(rowProblem(emptyRow())).toContain("called");
  expect(rowProblem({ ...draft, titles: [] })).toContain("title");
  expect(rowProblem({ ...draft, languages: "german" })).toContain("german");
  expect(rowProblem({ ...draft, hours: { ...draft.hours, days: [] } })).toContain("day");
});

test("a draft is previewed in its own place", () => {
  const other = { ...row, id: "0195a000-0000-7000-8000-000000000003", name: "Other" };
  const draft = { ...rowDraftOf(row, {}), name: "Saturday night" };
  expect(rowsWith([row, other], draft).map(({ name }) => name)).toEqual([
    "Saturday night",
    "Other",
  ]);
  expect(rowsWith([other], { ...draft, id: null })).toHaveLength(2);
});

test("moving keeps everything, one place further", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(), { minLength: 1 }), fc.nat(), (all, at) => {
      const from = at % all.length;
      expect(moved(moved(all, from, 1), Math.min(from + 1, all.length - 1), -1)).toHaveLength(
        all.length,
      );
      expect([...moved(all, from, -1)].sort()).toEqual([...all].sort());
      if (from > 0) expect(moved(all, from, -1)[from - 1]).toBe(all[from]);
    }),
  );
});

test("a window is open, comes or lies behind", () => {
  const at = Date.parse("2026-01-01T00:00:00Z");
  expect([turnOf(row, at - 1), turnOf(row, at)]).toEqual(["later", "now"]);
  const over = { ...row, window: { ends_at: "2026-01-01T00:00:00Z" } };
  expect([turnOf(over, at - 1), turnOf(over, at)]).toEqual(["now", "over"]);
});
