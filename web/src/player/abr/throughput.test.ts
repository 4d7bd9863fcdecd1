import { expect, test } from "vitest";
import { Throughput } from "./throughput";

/** So many bytes from then on, at a steady rate. */
function stream(
  throughput: Throughput,
  from_ms: number,
  { seconds, bps }: { seconds: number; bps: number },
): number {
  for (let at = 0; at < seconds * 10; at += 1) {
    const began_ms = from_ms + at * 100;
    const sample = { waited_ms: began_ms, began_ms, ended_ms: began_ms + 100, bytes: bps / 80 };
    throughput.add(sample, 200_000);
  }
  return from_ms + seconds * 1000;
}

test("nothing is known at first", () => {
  const throughput = new Throughput();
  expect([throughput.bps, throughput.recent_bps, throughput.sustained_bps]).toEqual(
    Array(3).fill(null),
  );
});

test("a steady stream is measured as it is", () => {
  const throughput = new Throughput();
  stream(throughput, 0, { seconds: 5, bps: 4_000_000 });
  expect(throughput.bps).toBeCloseTo(4_000_000, -3);
  expect(throughput.sustained_bps).toBeCloseTo(4_000_000, -3);
});

test("it falls sooner than it rises", () => {
  const falling = new Throughput();
  stream(falling, stream(falling, 0, { seconds: 20, bps: 8e6 }), { seconds: 4, bps: 1e6 });
  const rising = new Throughput();
  stream(rising, stream(rising, 0, { seconds: 20, bps: 1e6 }), { seconds: 4, bps: 8e6 });
  expect(falling.bps).toBeLessThan(4e6);
  expect(rising.bps).toBeLessThan(4e6);
  expect(rising.recent_bps).toBeGreaterThan(5e6);
});

test("two streams at once are one connection", () => {
  const throughput = new Throughput();
  for (let at = 0; at < 50; at += 1) {
    const times = { waited_ms: at * 100, began_ms: at * 100, ended_ms: at * 100 + 100 };
    throughput.add({ ...times, bytes: 25_000 }, 200_000);
    throughput.add({ ...times, bytes: 25_000 }, 200_000);
  }
  expect(throughput.bps).toBeCloseTo(4_000_000, -5);
});

test("slow drips are heard too", () => {
  const throughput = new Throughput();
  stream(throughput, 0, { seconds: 10, bps: 50_000 });
  expect(throughput.bps).toBeCloseTo(50_000, -2);
});

test("a drought is as long as a film at its lowest rung would have fallen behind", () => {
  const throughput = new Throughput();
  const gone_ms = stream(throughput, 0, { seconds: 10, bps: 2e6 });
  const times = { waited_ms: gone_ms, began_ms: gone_ms + 7900, ended_ms: gone_ms + 8000 };
  throughput.add({ ...times, bytes: 2500 }, 200_000);
  expect(throughput.drought_s).toBeCloseTo(7.9, 3);
  stream(throughput, gone_ms + 8000, { seconds: 60, bps: 2e6 });
  expect(throughput.drought_s).toBeCloseTo(7.9, 3);
});

test("the other end is as far away as its quickest first byte", () => {
  const throughput = new Throughput();
  expect(throughput.distance_s).toBe(0);
  for (const [at, first_ms] of [120, 80, 400].entries()) {
    const asked_ms = 1000 * at;
    const times = { waited_ms: asked_ms, began_ms: asked_ms + first_ms, ended_ms: asked_ms + 900 };
    throughput.add({ ...times, bytes: 50_000 }, 200_000);
    // What comes after it was not waited for.
    const later = { waited_ms: asked_ms + 900, began_ms: asked_ms + 900, ended_ms: asked_ms + 999 };
    throughput.add({ ...later, bytes: 50_000 }, 200_000);
  }
  expect(throughput.distance_s).toBeCloseTo(0.08, 6);
});

test("time in which nothing was asked for is no drought", () => {
  const throughput = new Throughput();
  const full_ms = stream(throughput, 0, { seconds: 5, bps: 2e6 });
  stream(throughput, full_ms + 60_000, { seconds: 5, bps: 2e6 });
  expect(throughput.drought_s).toBe(0);
  expect(throughput.bps).toBeCloseTo(2e6, -3);
});
