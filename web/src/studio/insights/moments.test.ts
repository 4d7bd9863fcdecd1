import { describe, expect, it } from "vitest";
import { momentWords, tickWords } from "./moments";

const at_s = (hour: number, minute = 0) => new Date(2026, 10, 21, hour, minute).getTime() / 1000;

describe("moments", () => {
  it("on an axis name the day at midnight, and the time else", () => {
    expect(tickWords("hour", at_s(0))).toMatch(/21/);
    expect(tickWords("hour", at_s(13, 30))).toMatch(/30/);
    expect(tickWords("day", at_s(2))).not.toMatch(/:/);
    expect(tickWords("month", at_s(0))).toMatch(/2026/);
  });

  it("are as fine as the step", () => {
    expect(momentWords("minute", at_s(13, 30))).toMatch(/30/);
    expect(momentWords("day", at_s(13, 30))).toMatch(/2026/);
    expect(momentWords("week", at_s(0))).toMatch(/^Week of /);
  });
});
