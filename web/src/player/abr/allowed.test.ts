import type shaka from "shaka-player/dist/shaka-player.dash-es2021.js";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { allowed } from "./allowed";
import { NO_LIMITS, variant } from "./sketches";

type Restrictions = shaka.extern.Restrictions;

const LADDER = [
  variant(0, 300_000, 270),
  variant(1, 900_000, 360),
  variant(2, 2_000_000, 540),
  variant(3, 4_000_000, 720),
  variant(4, 8_000_000, 1080),
];
const ids = (limits: Partial<Restrictions>, screen: { width: number; height: number } | null) =>
  allowed(LADDER, { ...NO_LIMITS, ...limits }, screen).map(({ id }) => id);

test("without limits all may be chosen, fewest bits first", () => {
  expect(allowed([...LADDER].reverse(), NO_LIMITS, null).map(({ id }) => id)).toEqual([
    0, 1, 2, 3, 4,
  ]);
});

test("nothing is above what a plan or a data saver allows", () => {
  expect(ids({ maxHeight: 540 }, null)).toEqual([0, 1, 2]);
  expect(ids({ maxBandwidth: 1_000_000 }, null)).toEqual([0, 1]);
  expect(ids({ minHeight: 500, maxHeight: 800 }, null)).toEqual([2, 3]);
});

test("the screen ends the ladder at the first that covers it", () => {
  expect(ids({}, { width: 1280, height: 720 })).toEqual([0, 1, 2, 3]);
  expect(ids({}, { width: 1281, height: 721 })).toEqual([0, 1, 2, 3, 4]);
  expect(ids({}, { width: 3840, height: 2160 })).toEqual([0, 1, 2, 3, 4]);
  expect(ids({}, { width: 10, height: 10 })).toEqual([0]);
});

test("where nothing meets the limits the fewest bits play", () => {
  expect(ids({ maxHeight: 100 }, null)).toEqual([0]);
  expect(allowed([], NO_LIMITS, null)).toEqual([]);
});

test("whatever the limits, what is left meets them or is the one with the fewest bits", () => {
  const limits = fc.record({
    maxHeight: fc.integer({ min: 100, max: 1200 }),
    maxBandwidth: fc.integer({ min: 100_000, max: 9_000_000 }),
  });
  fc.assert(
    fc.property(limits, (some) => {
      const left = allowed(LADDER, { ...NO_LIMITS, ...some }, null);
      const meets = left.every(
        ({ bandwidth, video }) =>
          bandwidth <= some.maxBandwidth && (video?.height ?? 0) <= some.maxHeight,
      );
      expect(meets || (left.length === 1 && left[0]?.id === 0)).toBe(true);
    }),
  );
});
