import { beforeEach, describe, expect, it } from "vitest";
import { Measures } from "./measures";

describe("Measures", () => {
  let now_ms = 0;
  let measures: Measures;
  const after = (s: number) => (now_ms += s * 1000);

  beforeEach(() => {
    now_ms = 5_000;
    measures = new Measures(() => now_ms);
  });

  it("has no start-up time before the first frame, and keeps the first ever after", () => {
    after(1);
    measures.waiting(false);
    expect(measures.soFar()).toEqual({ startup_s: null, played_s: 0, stalled_s: 0, stalls: 0 });
    after(0.5);
    measures.playing();
    after(10);
    measures.playing();
    expect(measures.soFar().startup_s).toBe(1.5);
  });

  it("tells playing, pausing and stalling apart", () => {
    measures.playing();
    after(10);
    measures.waiting(false);
    after(2);
    measures.playing();
    after(5);
    measures.paused();
    after(100);
    measures.playing();
    after(1);
    expect(measures.soFar()).toEqual({ startup_s: 0, played_s: 16, stalled_s: 2, stalls: 1 });
  });

  it("counts no stall for a wait that the viewer asked for, nor two for one", () => {
    measures.playing();
    measures.waiting(true);
    after(3);
    measures.playing();
    measures.waiting(false);
    measures.waiting(false);
    after(1);
    measures.playing();
    expect(measures.soFar()).toMatchObject({ played_s: 0, stalled_s: 1, stalls: 1 });
  });
});
