import * as fc from "fast-check";
import { expect, test } from "vitest";
import { abandon, bola, choose, first, goal_s, type Situation } from "./rule";
import { tuningOf, USUAL } from "./tuning";

const LADDER = [300_000, 700_000, 1_500_000, 3_000_000, 6_000_000];

const ladders = fc
  .uniqueArray(fc.integer({ min: 100_000, max: 40_000_000 }), { minLength: 1, maxLength: 12 })
  .map((rates) => rates.sort((a, b) => a - b));

const situations: fc.Arbitrary<Situation> = ladders.chain((bitrates_bps) =>
  fc.record({
    bitrates_bps: fc.constant(bitrates_bps),
    segment_s: fc.double({ min: 1, max: 10, noNaN: true }),
    buffer_s: fc.double({ min: 0, max: 400, noNaN: true }),
    left_s: fc.oneof(fc.double({ min: 0, max: 7200, noNaN: true }), fc.constant(Infinity)),
    rung: fc.option(fc.integer({ min: 0, max: bitrates_bps.length - 1 })),
    throughput_bps: fc.double({ min: 0, max: 1e9, noNaN: true }),
    sustained_bps: fc.double({ min: 0, max: 1e9, noNaN: true }),
    drought_s: fc.double({ min: 0, max: 600, noNaN: true }),
    distance_s: fc.double({ min: 0, max: 2, noNaN: true }),
  }),
);

const usual: Situation = {
  bitrates_bps: LADDER,
  segment_s: 4,
  buffer_s: 20,
  left_s: 3600,
  rung: 2,
  throughput_bps: 4_000_000,
  sustained_bps: 4_000_000,
  drought_s: 0,
  distance_s: 0.02,
};

test("every answer is a rung of the ladder, and the same for the same question", () => {
  fc.assert(
    fc.property(situations, (situation) => {
      const rung = choose(situation);
      expect(situation.bitrates_bps[rung]).toBeDefined();
      expect(choose({ ...situation })).toBe(rung);
    }),
  );
});

test("more buffer never lowers the rung", () => {
  fc.assert(
    fc.property(situations, fc.double({ min: 0, max: 100, noNaN: true }), (situation, more_s) => {
      const fuller = { ...situation, buffer_s: situation.buffer_s + more_s };
      expect(choose(fuller)).toBeGreaterThanOrEqual(choose(situation));
    }),
  );
});

test("more throughput never lowers the rung", () => {
  fc.assert(
    fc.property(situations, fc.double({ min: 1, max: 10, noNaN: true }), (situation, times) => {
      const faster = { ...situation, throughput_bps: situation.throughput_bps * times };
      expect(choose(faster)).toBeGreaterThanOrEqual(choose(situation));
    }),
  );
});

test("a connection that was worse before is never trusted more", () => {
  fc.assert(
    fc.property(situations, fc.double({ min: 0, max: 300, noNaN: true }), (situation, more_s) => {
      const burnt = { ...situation, drought_s: situation.drought_s + more_s };
      expect(choose(burnt)).toBeLessThanOrEqual(choose(situation));
    }),
  );
});

test("a connection whose other end is farther away is never trusted more", () => {
  fc.assert(
    fc.property(situations, fc.double({ min: 0, max: 1, noNaN: true }), (situation, more_s) => {
      const farther = { ...situation, distance_s: situation.distance_s + more_s };
      expect(choose(farther)).toBeLessThanOrEqual(choose(situation));
    }),
  );
});

test("by air, a lowest rung that is only just carried is left for later than by wire", () => {
  const tight = { ...usual, bitrates_bps: [1e6, 2.5e6, 5e6], rung: 0, buffer_s: 280 };
  const line = { ...tight, throughput_bps: 2.2e6, sustained_bps: 2.2e6 };
  expect(choose({ ...line, distance_s: 0.02 })).toBe(1);
  expect(choose({ ...line, distance_s: 0.1 })).toBe(0);
});

test("a segment that is chosen comes before the buffer is empty, if the throughput holds", () => {
  fc.assert(
    fc.property(situations, (situation) => {
      const { rung, bitrates_bps, segment_s, throughput_bps, buffer_s } = situation;
      const chosen = choose(situation);
      if (rung === null || chosen === 0) return;
      const fetch_s = ((bitrates_bps[chosen] ?? 0) * segment_s) / throughput_bps;
      expect(fetch_s).toBeLessThan(buffer_s);
    }),
  );
});

test("never the lowest with a full buffer on a fast connection", () => {
  fc.assert(
    fc.property(ladders, fc.integer({ min: 0, max: 11 }), (bitrates_bps, rung) => {
      const top = bitrates_bps.length - 1;
      const fast = 3 * (bitrates_bps[top] ?? 0) + 3_000_000;
      const situation = { ...usual, bitrates_bps, rung: Math.min(rung, top), buffer_s: 60 };
      expect(choose({ ...situation, throughput_bps: fast, sustained_bps: fast })).toBe(top);
    }),
  );
});

test("nothing but the lowest with an empty buffer", () => {
  fc.assert(
    fc.property(situations, (situation) => {
      const rung = situation.rung ?? 0;
      expect(choose({ ...situation, rung, buffer_s: 0 })).toBe(0);
    }),
  );
});

test("a steady connection is answered steadily: no way up that is taken back at once", () => {
  fc.assert(
    fc.property(situations, (situation) => {
      const sure = { ...situation, rung: situation.rung ?? 0 };
      const once = choose(sure);
      expect(choose({ ...sure, rung: once })).toBe(once);
    }),
  );
});

test("BOLA takes the lowest rung below the reserve and the best from ample on", () => {
  const between = { reserve_s: 12, ample_s: 30, horizon_s: 240, share: 1 };
  expect(bola(LADDER, 11.9, between)).toBe(0);
  expect(bola(LADDER, 12.1, between)).toBe(1);
  expect(bola(LADDER, 29.9, between)).toBe(LADDER.length - 2);
  expect(bola(LADDER, 30.1, between)).toBe(LADDER.length - 1);
});

test("BOLA alone does not go up where the flow would not carry it", () => {
  const slow = { ...usual, buffer_s: 50, rung: 2, throughput_bps: 1_600_000 };
  expect(bola(LADDER, 50, { reserve_s: 12, ample_s: 30, horizon_s: 240, share: 1 })).toBe(4);
  expect(choose({ ...slow, sustained_bps: 5_000_000 })).toBe(2);
});

test("the first segment takes a third of a second or is the lowest", () => {
  expect(first({ ...usual, rung: null, throughput_bps: 10_000_000 })).toBe(1);
  expect(first({ ...usual, rung: null, throughput_bps: 100_000 })).toBe(0);
  expect(choose({ ...usual, rung: null, buffer_s: 0 })).toBe(0);
});

test("where even the lowest rung is only just carried, the buffer is kept for it", () => {
  const tall = [1_000_000, 2_500_000, 5_000_000, 8_000_000];
  const there = { ...usual, rung: 0, buffer_s: 150, throughput_bps: 2_600_000 };
  expect(choose({ ...there, bitrates_bps: tall, sustained_bps: 2_000_000 })).toBe(0);
  expect(choose({ ...there, bitrates_bps: tall, sustained_bps: 8_000_000 })).toBe(1);
  const low = [250_000, ...tall];
  expect(choose({ ...there, bitrates_bps: low, sustained_bps: 2_000_000 })).toBe(2);
});

test("the buffer is emptied towards the end of a film", () => {
  const near = { ...usual, buffer_s: 25, throughput_bps: 2_500_000, sustained_bps: 5_000_000 };
  expect(choose({ ...near, left_s: 3600 })).toBe(2);
  expect(choose({ ...near, left_s: 20 })).toBe(3);
});

test("a fast connection fetches the usual minute ahead, a slow one as much as is sure to fit", () => {
  const fast = { ...usual, sustained_bps: 3 * 6_000_000 };
  expect(goal_s(fast, 0)).toBe(USUAL.buffer_goal_s);
  expect(goal_s({ ...usual, sustained_bps: 1_000_000 }, 0)).toBe(300);
  expect(goal_s({ ...usual, sustained_bps: 5_000_000 }, 4)).toBe(80);
});

test("what comes in time is not given up", () => {
  fc.assert(
    fc.property(situations, fc.double({ min: 0, max: 1e7, noNaN: true }), (situation, rate_bps) => {
      const rung = situation.bitrates_bps.length - 1;
      const bits_left = rate_bps * situation.buffer_s;
      const underway = { rung, bits_left, elapsed_s: 2, rate_bps };
      expect(abandon(situation, underway)).toBeNull();
    }),
  );
});

test("what comes too late is given up for something that comes sooner, and only then", () => {
  const late = { rung: 4, bits_left: 20_000_000, elapsed_s: 2, rate_bps: 1_000_000 };
  expect(abandon({ ...usual, buffer_s: 8 }, late)).toBe(2);
  expect(abandon({ ...usual, buffer_s: 8 }, { ...late, elapsed_s: 0.4 })).toBeNull();
  expect(abandon({ ...usual, buffer_s: 8 }, { ...late, bits_left: 9_000_000 })).toBe(2);
  const nearly = { rung: 1, bits_left: 1_200_000, elapsed_s: 2, rate_bps: 100_000 };
  expect(abandon({ ...usual, buffer_s: 8 }, nearly)).toBeNull();
  expect(abandon({ ...usual, buffer_s: 8 }, { ...late, rung: 0 })).toBeNull();
});

const tunings = fc.record({
  first_share: fc.double({ min: 0.1, max: 0.8, noNaN: true }),
  reserve_s: fc.double({ min: 4, max: 24, noNaN: true }),
  ample_s: fc.double({ min: 26, max: 90, noNaN: true }),
  horizon_s: fc.double({ min: 60, max: 600, noNaN: true }),
  bandwidth_share: fc.double({ min: 0.5, max: 1, noNaN: true }),
  buffer_goal_s: fc.double({ min: 40, max: 180, noNaN: true }),
});

test("however it is tuned, the rule keeps its promises", () => {
  const more = fc.double({ min: 0, max: 100, noNaN: true });
  fc.assert(
    fc.property(situations, tunings, more, (situation, tuning, more_s) => {
      const rung = choose(situation, tuning);
      expect(situation.bitrates_bps[rung]).toBeDefined();
      const fuller = { ...situation, buffer_s: situation.buffer_s + more_s };
      expect(choose(fuller, tuning)).toBeGreaterThanOrEqual(rung);
      const ahead_s = goal_s(situation, rung, tuning);
      expect(ahead_s).toBeGreaterThanOrEqual(Math.max(tuning.ample_s, tuning.buffer_goal_s));
    }),
  );
});

test("what is told tunes the rule, and what is not stays as usual", () => {
  expect(tuningOf(null)).toEqual(USUAL);
  expect(tuningOf({ reserve_s: 20, ample_s: null })).toEqual({ ...USUAL, reserve_s: 20 });
  expect(first(usual, { ...USUAL, first_share: 0.8 })).toBeGreaterThan(first(usual));
  expect(choose(usual, { ...USUAL, bandwidth_share: 0.5 })).toBeLessThan(choose(usual));
});
