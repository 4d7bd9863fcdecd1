import { describe, expect, it } from "vitest";
import type { EdgeOverview, Takedown } from "../../api/messages";
import {
  bitrateWords,
  bytesWords,
  fullness,
  hitShare,
  obeyedWords,
  standingTakedowns,
  sumServed,
  worryOf,
} from "./figures";

const served = (held: number, cached: number, missed: number) => ({
  held,
  cached,
  missed,
  written: 0,
});

describe("figures of delivery", () => {
  it("are said with the prefix that leaves three digits", () => {
    expect(bytesWords(0)).toBe("0 B");
    expect(bytesWords(999)).toBe("999 B");
    expect(bytesWords(1_234_567)).toBe("1.23 MB");
    expect(bitrateWords(2_500_000_000)).toBe("2.5 Gbit/s");
    expect(bitrateWords(4e18)).toBe("4,000 Pbit/s");
  });

  it("count by bytes what an edge had itself", () => {
    expect(hitShare(served(60, 20, 20))).toBe(0.8);
    expect(hitShare(served(0, 0, 0))).toBeNull();
    expect(hitShare(sumServed([served(1, 0, 1), served(0, 2, 0)]))).toBe(0.75);
  });

  it("know no fullness of what has no size", () => {
    expect(fullness(5, null)).toBeNull();
    expect(fullness(5, 0)).toBeNull();
    expect(fullness(12, 10)).toBe(1);
  });
});

describe("worryOf", () => {
  const edge = {
    edge: { health: "up" },
    figures: {
      reported_at: "2026-01-01T00:00:00Z",
      release: "1.2",
      is_serving: true,
      fill: { state: "idle", detail: "" },
      remarks: [],
    },
  } as unknown as EdgeOverview;
  const now_ms = Date.parse("2026-01-01T00:00:20Z");
  const figures = edge.figures as NonNullable<EdgeOverview["figures"]>;

  it("says which release an edge runs that is of another one", () => {
    const old = { ...edge, figures: { ...figures, release: "1.1" } };
    expect(worryOf(old, "1.2", now_ms)).toBe("Runs release 1.1, the service 1.2: upgrade it");
    const unheard = { ...edge, figures: { ...figures, release: "" } };
    expect(worryOf(unheard, "1.2", now_ms)).toBeNull();
  });

  it("says nothing while all is well, or nothing is known", () => {
    expect(worryOf(edge, "1.2", now_ms)).toBeNull();
    expect(worryOf({ ...edge, figures: null }, "1.2", now_ms)).toBeNull();
  });

  it("names the gravest first", () => {
    expect(worryOf(edge, "1.2", now_ms + 180_000)).toBe("No report for 3 min");
    const filling = { ...figures, fill: { ...figures.fill, state: "stuck" as const } };
    expect(worryOf({ ...edge, figures: filling }, "1.2", now_ms)).toBe("Cannot fill");
    const full = { ...filling, fill: { ...filling.fill, detail: "The disk is full." } };
    expect(worryOf({ ...edge, figures: full }, "1.2", now_ms)).toBe("The disk is full.");
    expect(worryOf({ ...edge, figures: { ...full, is_serving: false } }, "1.2", now_ms)).toBe(
      "nginx does not serve",
    );
    const down = { ...edge, edge: { ...edge.edge, health: "down" as const } };
    expect(worryOf(down, "1.2", now_ms)).toBe("Does not answer");
  });
});

describe("takedowns", () => {
  const order = (title_id: string, lifted: boolean, more: Partial<Takedown> = {}): Takedown => ({
    title_id,
    lifted,
    reason: "",
    asked_at: "2026-01-01T00:00:00Z",
    packages: ["p"],
    edges: 3,
    obeyed: 3,
    last_obeyed_at: "2026-01-01T00:00:02.1Z",
    ...more,
  });

  it("stand until the same title is served again", () => {
    const [again, other, first] = [order("a", true), order("b", false), order("a", false)];
    expect([...standingTakedowns([again, other, first])]).toEqual([other]);
    expect([...standingTakedowns([first, again])]).toEqual([first]);
    expect(standingTakedowns([]).size).toBe(0);
  });

  it("say how many edges have obeyed, and how soon", () => {
    expect(obeyedWords(order("a", false))).toBe("all 3 edges after 2.1 s");
    expect(obeyedWords(order("a", false, { obeyed: 1 }))).toBe("1 of 3 edges");
    expect(obeyedWords(order("a", false, { edges: 1, obeyed: 1 }))).toBe("the edge after 2.1 s");
    const alone = { edges: 0, obeyed: 0, last_obeyed_at: null };
    expect(obeyedWords(order("a", false, alone))).toBe("the origin, at once");
  });
});
