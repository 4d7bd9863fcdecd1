import { describe, expect, it } from "vitest";
import { Trust } from "./trust";

describe("Trust", () => {
  it("comes back after a while, later each time that it is disappointed, and whole once it is not", () => {
    let now_ms = 0;
    const trust = new Trust(() => now_ms);
    const spell_s = () => {
      trust.failed("a");
      const began_ms = now_ms;
      while (trust.isDistrusted("a")) now_ms += 1_000;
      return (now_ms - began_ms) / 1_000;
    };
    expect([spell_s(), spell_s(), spell_s()]).toEqual([30, 60, 120]);
    expect([spell_s(), spell_s()]).toEqual([240, 300]);
    trust.worked("a");
    expect(spell_s()).toBe(30);
    expect(trust.isDistrusted("b")).toBe(false);
  });

  it("counts an outage once, however many requests it fails", () => {
    let now_ms = 0;
    const trust = new Trust(() => now_ms);
    for (let n = 0; n < 9; n++) trust.failed("a");
    trust.worked("a"); // Asked before the outage, answered in it.
    expect(trust.isDistrusted("a")).toBe(true);
    now_ms = 30_000;
    expect(trust.isDistrusted("a")).toBe(false);
  });
});
