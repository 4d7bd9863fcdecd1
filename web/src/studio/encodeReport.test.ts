import { describe, expect, it } from "vitest";
import type { EncodeReport } from "../api/messages";
import {
  bitrateWords,
  hitsOf,
  linesOf,
  ordered,
  savingsOf,
  stageShares,
  timeWords,
} from "./encodeReport";
import { isRunning, percentOf } from "./encodeStages";
import {
  bitrateTicks,
  lineOf,
  planeOf,
  sizesOf,
  vmafTicks,
  xOf,
  yOf,
  type Rung,
  type Trial,
} from "./hullPlane";

const BOX = { left: 30, right: 630, top: 10, bottom: 310 };

const rung = (part: Partial<Rung>): Rung => ({
  name: "h264-1",
  codec: "h264",
  dynamic_range: "sdr",
  width: 1920,
  height: 1080,
  crf: 24,
  bitrate_bps: 4e6,
  vmaf_aim: 95,
  vmaf: 95,
  vmaf_low: 88,
  frames_measured: 480,
  rounds: 1,
  ...part,
});

const trial = (lines: number, bitrate_bps: number, vmaf: number): Trial => ({
  codec: "h264",
  lines,
  crf: 27,
  bitrate_bps,
  vmaf,
  on_hull: true,
});

describe("the plane of a hull", () => {
  const plane = planeOf(
    [
      { bitrate_bps: 1e5, vmaf: 42 },
      { bitrate_bps: 1e7, vmaf: 97 },
    ],
    BOX,
  );

  it("holds every spot within its box", () => {
    expect(plane.vmafs).toEqual([40, 100]);
    for (const bitrate of [1e5, 1e6, 1e7]) {
      expect(xOf(plane, bitrate)).toBeGreaterThan(BOX.left);
      expect(xOf(plane, bitrate)).toBeLessThan(BOX.right);
    }
    expect(yOf(plane, 100)).toBe(BOX.top);
    expect(yOf(plane, 40)).toBe(BOX.bottom);
  });

  it("is logarithmic across", () => {
    const [a, b, c] = [xOf(plane, 1e5), xOf(plane, 1e6), xOf(plane, 1e7)];
    expect(b - a).toBeCloseTo(c - b);
  });

  it("never stretches small differences into large ones", () => {
    const flat = planeOf([{ bitrate_bps: 1e6, vmaf: 96 }], BOX);
    expect(flat.vmafs).toEqual([70, 100]);
    expect(Number.isFinite(xOf(flat, 1e6))).toBe(true);
  });

  it("names even bitrates and qualities", () => {
    expect(bitrateTicks([8e4, 1.25e7])).toEqual([1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7]);
    expect(bitrateTicks([1.2e5, 5.1e5])).toEqual([1.5e5, 2e5, 3e5, 5e5]);
    expect(vmafTicks([40, 100])).toEqual([40, 50, 60, 70, 80, 90, 100]);
    expect(vmafTicks([0, 100])).toEqual([0, 20, 40, 60, 80, 100]);
  });

  it("draws lines from the lowest bitrate up", () => {
    const line = lineOf(plane, [trial(720, 1e7, 90), trial(720, 1e5, 50)]);
    expect(line).toMatch(/^M\d/);
    const xs = [...line.matchAll(/[ML]([\d.]+)/g)].map(([, x]) => Number(x));
    expect(xs).toEqual(xs.toSorted((one, other) => one - other));
  });

  it("groups trials by size, tallest first", () => {
    const sizes = sizesOf([trial(360, 1, 1), trial(1080, 1, 1), trial(360, 2, 2)], "h264");
    expect(sizes.map(([lines, tried]) => [lines, tried.length])).toEqual([
      [1080, 1],
      [360, 2],
    ]);
    expect(sizesOf([trial(360, 1, 1)], "av1")).toEqual([]);
  });
});

describe("an account in words", () => {
  it("says bitrates and times as people do", () => {
    expect(bitrateWords(4_350_000)).toBe("4.35 Mbit/s");
    expect(bitrateWords(335_400)).toBe("335 kbit/s");
    expect(timeWords(0.42)).toBe("0.4 s");
    expect(timeWords(687.5)).toBe("11 min 28 s");
    expect(timeWords(3840)).toBe("1 h 4 min");
  });

  it("counts a rung as hit within one VMAF of its aim, and those without an aim not at all", () => {
    const rungs = [
      rung({ vmaf: 94 }),
      rung({ vmaf: 96.1 }),
      rung({ vmaf_aim: null, vmaf: 12 }),
      rung({ vmaf: 95.4 }),
    ];
    expect(hitsOf(rungs)).toEqual({ hit: 2, aimed: 3 });
  });

  it("names a size as people do, however wide or narrow the film is", () => {
    const sizes: [number, number][] = [
      [1920, 1080],
      [1920, 800],
      [1440, 1080],
    ];
    for (const [width, height] of sizes) expect(linesOf(rung({ width, height }))).toBe(1080);
  });

  it("puts the largest rung of each codec first", () => {
    const rungs = [
      rung({ name: "av1-1", codec: "av1", bitrate_bps: 9e6 }),
      rung({ name: "h264-2", bitrate_bps: 1e6 }),
      rung({ name: "h264-1" }),
    ];
    expect(ordered(rungs).map(({ name }) => name)).toEqual(["h264-1", "h264-2", "av1-1"]);
  });

  const report: EncodeReport = {
    duration_s: 60,
    trials: [],
    rungs: [],
    saved: { av1: 0.5 },
    stages: [
      { stage: "encoding", steps: 4, cpu_s: 90, wall_s: 50 },
      { stage: "something new", steps: 1, cpu_s: 10, wall_s: 10 },
    ],
  };

  it("leaves out a saving that is not known", () => {
    expect(savingsOf(report)).toEqual([{ codec: "av1", share: 0.5 }]);
  });

  it("says what share of the work each stage was, also one that it has no words for", () => {
    expect(stageShares(report).map(({ name, share }) => [name, share])).toEqual([
      ["Encoding", 0.9],
      ["something new", 0.1],
    ]);
    const idle = { ...report, stages: [{ stage: "done", steps: 0, cpu_s: 0, wall_s: 0 }] };
    expect(stageShares(idle)[0]?.share).toBe(0);
  });
});

describe("an encode under way", () => {
  it("runs until it is done, failed or stopped", () => {
    const progress = { encode_id: "", fraction: 0.5, playable: false, error: null };
    expect(isRunning(null)).toBe(false);
    expect(isRunning({ ...progress, stage: "encoding" })).toBe(true);
    for (const stage of ["done", "failed", "stopped"] as const) {
      expect(isRunning({ ...progress, stage })).toBe(false);
    }
  });

  it("is at 100 % when nothing is left, and not before", () => {
    expect(percentOf(0.999)).toBe(99);
    expect(percentOf(1)).toBe(100);
  });
});
