import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Network } from "./network";
import { ourPlayer } from "./players/ours";
import { bolaBasic, lowest, throughputRule } from "./players/published";
import { rebufferRatio, simulate, type Film } from "./session";

/** A film of equal segments. */
const filmOf = (kbps: number[], segments = 50): Film => ({
  segment_duration_ms: 4000,
  bitrates_kbps: kbps,
  segment_sizes_bits: Array.from({ length: segments }, () => kbps.map((rate) => rate * 4000)),
});

const steady = (bandwidth_kbps: number, latency_ms = 0) => [
  { duration_ms: 1000, bandwidth_kbps, latency_ms },
];

test("a transfer takes its latency and its bits, across the borders of periods", () => {
  const network = new Network([
    { duration_ms: 1000, bandwidth_kbps: 1000, latency_ms: 100 },
    { duration_ms: 1000, bandwidth_kbps: 0, latency_ms: 100 },
    { duration_ms: 1000, bandwidth_kbps: 2000, latency_ms: 100 },
  ]);
  const { duration_ms, latency_ms } = network.fetch(1_900_000);
  expect(latency_ms).toBeCloseTo(100, 6);
  expect(duration_ms).toBeCloseTo(1000 + 1000 + 500, 6);
  expect(network.now_ms).toBeCloseTo(2500, 6);
});

test("latency that changes on the way counts in proportion", () => {
  const network = new Network([
    { duration_ms: 50, bandwidth_kbps: 1000, latency_ms: 100 },
    { duration_ms: 1000, bandwidth_kbps: 1000, latency_ms: 200 },
  ]);
  expect(network.fetch(1000).latency_ms).toBeCloseTo(50 + 100, 6);
});

test("watching a transfer changes nothing about it", () => {
  const periods = fc.array(
    fc.record({
      duration_ms: fc.integer({ min: 1, max: 3000 }),
      bandwidth_kbps: fc.integer({ min: 1, max: 9000 }),
      latency_ms: fc.integer({ min: 0, max: 300 }),
    }),
    { minLength: 1, maxLength: 6 },
  );
  fc.assert(
    fc.property(periods, fc.integer({ min: 1, max: 9_000_000 }), (trace, bits) => {
      const watched = new Network(trace).fetch(bits, () => false);
      const unseen = new Network(trace).fetch(bits);
      expect(watched.duration_ms).toBeCloseTo(unseen.duration_ms, 3);
      expect(watched.bits).toBeCloseTo(bits, 3);
    }),
  );
});

test("what is abandoned has cost its time and brought its bits", () => {
  const network = new Network(steady(1000));
  const gone = network.fetch(5_000_000, ({ elapsed_ms }) => elapsed_ms >= 700);
  expect(gone).toMatchObject({ abandoned: true });
  expect(gone.duration_ms).toBeCloseTo(700, 6);
  expect(gone.bits).toBeCloseTo(700_000, 6);
});

test("a connection slower than the film stalls for exactly what is missing", () => {
  const outcome = simulate(filmOf([1000]), steady(800), lowest(1000));
  // 50 segments of 4 s at 5 s each: the first is start-up, the others lack a second each.
  expect(outcome.startup_s).toBeCloseTo(5, 6);
  expect(outcome.stalled_s).toBeCloseTo(49, 6);
  expect(rebufferRatio(outcome)).toBeCloseTo(49 / 249, 6);
});

test("a connection faster than the film never stalls and plays what was asked for", () => {
  const outcome = simulate(filmOf([1000, 2000]), steady(2500, 50), throughputRule(20));
  expect(outcome.stalled_s).toBe(0);
  expect(outcome.switches).toBe(1);
  expect(outcome.bitrate_kbps).toBeCloseTo((1000 + 49 * 2000) / 50, 6);
});

test("on a network that comes and goes BOLA stalls less than a throughput rule", () => {
  const bursts = [
    { duration_ms: 9000, bandwidth_kbps: 8000, latency_ms: 20 },
    { duration_ms: 14_000, bandwidth_kbps: 300, latency_ms: 20 },
  ];
  const film = filmOf([250, 500, 1000, 2000, 4000], 100);
  const throughput = simulate(film, bursts, throughputRule(25));
  const bola = simulate(film, bursts, bolaBasic(60));
  expect(throughput.stalled_s).toBeGreaterThan(1);
  expect(bola.stalled_s).toBe(0);
  const ours = simulate(film, bursts, ourPlayer(3_000_000));
  expect(ours.stalled_s).toBe(0);
  expect(ours.bitrate_kbps).toBeGreaterThan(bola.bitrate_kbps);
});

test("ours survives any outage shorter than its buffer, once there is one", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), (gone_s) => {
      const trace = [
        { duration_ms: 120_000, bandwidth_kbps: 6000, latency_ms: 20 },
        { duration_ms: gone_s * 1000, bandwidth_kbps: 0, latency_ms: 20 },
        { duration_ms: 9_000_000, bandwidth_kbps: 6000, latency_ms: 20 },
      ];
      const outcome = simulate(filmOf([500, 1500, 4000], 100), trace, ourPlayer(3_000_000));
      expect(outcome.stalled_s).toBe(0);
    }),
    { numRuns: 20 },
  );
});

test("a trace without a bit is refused", () => {
  expect(() => new Network(steady(0))).toThrow("never carries a bit");
  expect(() => new Network([...steady(1), ...steady(-1)])).toThrow("0 or more");
});
