import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Marks, TrainingRow } from "../api/messages";
import { curvePlane, named, pathOf, stepOf, xAt, yAt, yTicks, type Curve } from "./curvePlane";
import { contenderWords, dayCurves, historyCurve, lengthCurves, stageShares } from "./trainings";

const BOX = { left: 50, right: 650, top: 20, bottom: 220 };

const marks = (part: Partial<Marks>): Marks => ({
  contender: "new",
  viewers: 50,
  ndcg_10: 0.1,
  ndcg_10_error: 0.01,
  ndcg_100: 0.2,
  recall_20: 0.3,
  coverage_20: 0.4,
  novelty_bits: 5,
  curve: [
    { length: 1, ndcg: 0.1, recall: 0.1 },
    { length: 100, ndcg: 0.2, recall: 0.4 },
  ],
  days: [],
  ...part,
});

const row = (version: number, ndcg_10: number | null): TrainingRow => ({
  version,
  state: "published",
  in_service: false,
  can_return: false,
  started_at: "2026-11-21T12:00:00Z",
  duration_s: 1,
  plays: 1,
  ndcg_10,
  verdict: "",
});

describe("the plane of curves", () => {
  const curve: Curve = {
    name: "one",
    points: [
      { x: 1, y: 0.1 },
      { x: 10, y: 0.37 },
      { x: 100, y: 0.2 },
    ],
  };

  it("ends evenly above the highest point", () => {
    const plane = curvePlane([curve], BOX);
    expect(plane.y_max).toBeCloseTo(0.4);
    expect(yTicks(plane).map((tick) => tick.toFixed(1))).toEqual([
      "0.0",
      "0.1",
      "0.2",
      "0.3",
      "0.4",
    ]);
  });

  it("puts equal ratios equally far apart where it is logarithmic", () => {
    const plane = curvePlane([curve], BOX, { logarithmic: true });
    expect([1, 10, 100].map((x) => Math.round(xAt(plane, x)))).toEqual([50, 350, 650]);
  });

  it("begins at zero, whatever the lowest point is", () => {
    expect(yAt(curvePlane([curve], BOX), 0)).toBe(BOX.bottom);
  });

  it("draws a single point in the middle, and nothing as nothing", () => {
    const single = { name: "one", points: [{ x: 4, y: 0 }] };
    expect(pathOf(curvePlane([single], BOX), single)).toBe("M350.0 220.0");
    expect(pathOf(curvePlane([single], BOX), { name: "none", points: [] })).toBe("");
  });

  it("keeps every point inside its box", () => {
    const point = fc.record({
      x: fc.integer({ min: 1, max: 1e6 }),
      y: fc.double({ min: 0, max: 1e6, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1 }), fc.boolean(), (points, logarithmic) => {
        const plane = curvePlane([{ name: "any", points }], BOX, { logarithmic });
        for (const { x, y } of points) {
          expect(xAt(plane, x)).toBeGreaterThanOrEqual(BOX.left - 1e-6);
          expect(xAt(plane, x)).toBeLessThanOrEqual(BOX.right + 1e-6);
          expect(yAt(plane, y)).toBeGreaterThanOrEqual(BOX.top - 1e-6);
          expect(yAt(plane, y)).toBeLessThanOrEqual(BOX.bottom + 1e-6);
        }
        expect(yTicks(plane).length).toBeLessThanOrEqual(6);
      }),
    );
  });

  it("counts in steps that people count in", () => {
    expect([0.37, 1, 7, 90, 0].map(stepOf)).toEqual([0.1, 0.25, 2, 25, 1]);
  });

  it("names the outermost values and some between", () => {
    expect(named([3, 1, 2, 2], 5)).toEqual([1, 2, 3]);
    const values = Array.from({ length: 50 }, (_, index) => index);
    expect(named(values, 5)).toEqual([0, 12, 25, 37, 49]);
  });
});

describe("trainings", () => {
  it("has a curve for each contender, by its name", () => {
    const names = lengthCurves([
      marks({}),
      marks({ contender: "training 12" }),
      marks({ contender: "popularity" }),
    ]).map(({ name }) => name);
    expect(names).toEqual(["This training", "In service then: training 12", "What is popular"]);
    expect(contenderWords("anything else")).toBe("anything else");
  });

  it("leaves out days on which little was watched", () => {
    const days = [
      { day: 0, plays: 50, recall: 0.2 },
      { day: 1, plays: 3, recall: 1 },
      { day: 2, plays: 40, recall: 0.1 },
    ];
    expect(dayCurves([marks({ days })])[0]?.points.map(({ x }) => x)).toEqual([0, 2]);
    expect(dayCurves([marks({ days: days.slice(0, 2) })])).toEqual([]);
  });

  it("shows how marks went, oldest first, once there are two", () => {
    expect(historyCurve([row(3, 0.3), row(2, null), row(1, 0.1)])[0]?.points).toEqual([
      { x: 1, y: 0.1 },
      { x: 3, y: 0.3 },
    ]);
    expect(historyCurve([row(3, 0.3), row(2, null)])).toEqual([]);
  });

  it("shares out the time of stages", () => {
    const stages = [
      { stage: "judging", wall_s: 2, cpu_s: 1 },
      { stage: "unheard of", wall_s: 2, cpu_s: 3 },
    ];
    const report = {
      verdict: "",
      data: null,
      checks: [],
      cut_at: null,
      marks: [],
      comparison: null,
      new_titles: 0,
      stages,
    };
    expect(stageShares(report).map(({ name, share }) => [name, share])).toEqual([
      ["Judging on the last days", 0.25],
      ["unheard of", 0.75],
    ]);
  });
});
