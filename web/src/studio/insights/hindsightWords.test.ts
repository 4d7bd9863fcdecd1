import { describe, expect, it } from "vitest";
import type { AlertHindsight, Metric } from "../../api/messages";
import { boundsWords, firedWords, lastedWords } from "./hindsightWords";

const told = (change: Partial<AlertHindsight>): AlertHindsight => ({
  since: "2026-05-01T12:00:00Z",
  until: "2026-05-31T12:00:00Z",
  every_s: 60,
  fired: 0,
  least: null,
  most: null,
  firings: [],
  ...change,
});

const metric: Metric = {
  id: "rebuffer_ratio",
  name: "Rebuffer ratio",
  sentence: "",
  formula: "",
  unit: "share",
  better: "down",
  by: [],
  finest_s: 60,
};

describe("what an alert would have done", () => {
  it("says how often, and of which time", () => {
    expect(firedWords(told({}))).toBe("In the last 30 days it would not have fired.");
    expect(firedWords(told({ fired: 1 }))).toBe("In the last 30 days it would have fired once.");
    expect(firedWords(told({ fired: 7, since: "2026-05-25T00:00:00Z" }))).toBe(
      "In the last 7 days it would have fired 7 times.",
    );
    expect(firedWords(told({ fired: 2, since: "2026-05-31T09:00:00Z" }))).toMatch(
      /^Since .+ it would have fired 2 times\.$/,
    );
  });

  it("says between which values the figure was", () => {
    expect(boundsWords(told({}), metric)).toBe("There was nothing to measure.");
    expect(boundsWords(told({ least: 0, most: 0.025 }), metric)).toMatch(
      /^The figure was between 0\s?% and 2[.,]5\s?%\.$/,
    );
    expect(boundsWords(told({ least: 0.5, most: 0.5 }), metric)).toMatch(
      /^The figure was 50\s?%\.$/,
    );
  });

  it("says how long it would have gone on", () => {
    const fired_at = "2026-05-10T10:00:00Z";
    const lasted = (ended_at: string | null) =>
      lastedWords({ since: fired_at, fired_at, worst: 1, ended_at });
    expect(lasted("2026-05-10T10:05:00Z")).toBe("5 min");
    expect(lasted("2026-05-10T12:00:00Z")).toBe("2 h");
    expect(lasted("2026-05-11T11:30:00Z")).toBe("25 h 30 min");
    expect(lasted("2026-05-10T10:00:20Z")).toBe("0 min");
    expect(lasted(null)).toBe("Still");
  });
});
