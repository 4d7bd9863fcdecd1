import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EncodeEntry } from "../../api/messages";
import { leftWords, placeWords, reportSoFar, savedWords } from "./encodeWords";

const ENTRY = { series: "Dark", season: 1, episode: 2 } as EncodeEntry;

describe("time left", () => {
  it.each([
    [null, ""],
    [10, "less than a minute left"],
    [61, "about 1 min left"],
    [3599, "about 1 h left"],
    [7800, "about 2 h 10 min left"],
    [7080, "about 2 h left"],
    [90_000, "about 25 h left"],
  ])("of %s s is %s", (left_s, words) => {
    expect(leftWords(left_s)).toBe(words);
  });

  it("never names sixty minutes", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (left_s) => {
        expect(leftWords(left_s)).not.toMatch(/60 min/);
      }),
    );
  });
});

describe("an entry", () => {
  it("says which episode it is", () => {
    expect(placeWords(ENTRY)).toBe("Season 1, episode 2 of Dark");
    expect(placeWords({ ...ENTRY, season: 0 })).toBe("Special 2 of Dark");
    expect(placeWords({ ...ENTRY, series: null })).toBe("");
  });

  it("says what is saved by codec", () => {
    expect(savedWords({ av1: 0.48, h264: -0.02 })).toMatch(
      /^H\.264: 2\s?% more, AV1: 48\s?% fewer$/,
    );
    expect(savedWords({})).toBe("");
  });
});

describe("a report so far", () => {
  const planned = [
    { name: "h264-1", codec: "h264" as const, lines: 1080, bitrate_bps: 4e6, vmaf: 95 },
    { name: "h264-2", codec: "h264" as const, lines: 540, bitrate_bps: 1e6, vmaf: 82 },
  ];
  const measured = {
    name: "h264-1",
    codec: "h264" as const,
    dynamic_range: "sdr" as const,
    width: 1920,
    height: 1080,
    crf: 23,
    bitrate_bps: 4_200_000,
    vmaf_aim: 95,
    vmaf: 94.6,
    vmaf_low: 90,
    frames_measured: 100,
    rounds: 1,
  };
  const report = { duration_s: 60, trials: [], rungs: [measured], saved: {}, stages: [] };

  it("shows what was measured, and what is foretold of the rest", () => {
    const { rungs } = reportSoFar({ report, planned });
    expect(rungs.map(({ name, bitrate_bps }) => [name, bitrate_bps])).toEqual([
      ["h264-1", 4_200_000],
      ["h264-2", 1e6],
    ]);
    expect(rungs[1]).toMatchObject({ width: 960, height: 540, vmaf: 82 });
  });
});
