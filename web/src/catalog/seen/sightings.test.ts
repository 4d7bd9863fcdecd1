import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { REPORT_MAX, Sightings, type Place } from "./sightings";

const place = (title_id: string, more: Partial<Place> = {}): Place => ({
  title_id,
  slot: "card",
  row: "for_you",
  line: 0,
  place: 0,
  ...more,
});

describe("sightings", () => {
  it("tells each look once, with its age and what was chosen", () => {
    const sightings = new Sightings();
    expect(sightings.add(place("a", { picks: "row" }), 0)).toBe(true);
    expect(sightings.add(place("b", { picks: "row" }), 2_000)).toBe(true);
    expect(sightings.add(place("h", { slot: "hero", pick: "hero" }), 4_000)).toBe(true);
    expect(sightings.add(place("a"), 4_000)).toBe(false);
    const { row, line, place: at } = place("a");
    expect(sightings.take(5_000)).toEqual({
      seen: [
        { title_id: "a", slot: "card", row, line, place: at, ago_s: 5 },
        { title_id: "b", slot: "card", row, line, place: at, ago_s: 3 },
        { title_id: "h", slot: "hero", row, line, place: at, ago_s: 1 },
      ],
      picks: ["row"],
      hero_pick: "hero",
    });
    expect(sightings.take(6_000)).toBeNull();
  });

  it("tells a later look again, and hero and card apart", () => {
    const sightings = new Sightings();
    sightings.add(place("a"), 0);
    expect(sightings.add(place("a", { slot: "hero" }), 0)).toBe(true);
    expect(sightings.add(place("a"), 29 * 60_000)).toBe(false);
    expect(sightings.add(place("a"), 30 * 60_000)).toBe(true);
  });

  it("never tells more than one report may hold", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(600), { maxLength: 700 }), (titles) => {
        const sightings = new Sightings();
        titles.forEach((title, at) => sightings.add(place(`${title}`), at));
        const told = sightings.take(1_000)?.seen ?? [];
        expect(told.length).toBe(Math.min(new Set(titles).size, REPORT_MAX));
        expect(new Set(told.map(({ title_id }) => title_id)).size).toBe(told.length);
        expect(told.every(({ ago_s }) => ago_s >= 0)).toBe(true);
      }),
    );
  });
});
