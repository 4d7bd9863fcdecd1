import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { inTurn, isCrowded, onCrowd, wait_msAfter } from "./crowd";
import { Problem } from "./problem";

const busy = () => new Problem(503, "busy", "Very many people are here.", 2);

describe("a request that is turned away", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("comes again after the time that it was told, and everybody sees that it waits", async () => {
    const once = vi
      .fn<() => Promise<string>>()
      .mockRejectedValueOnce(busy())
      .mockResolvedValue("in");
    const seen: boolean[] = [];
    const leave = onCrowd(() => seen.push(isCrowded()));
    const answer = inTurn(once);
    await vi.advanceTimersByTimeAsync(1999);
    expect(once).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(501);
    expect(await answer).toBe("in");
    expect(seen).toEqual([true, false]);
    leave();
  });

  it("gives up in the end", async () => {
    const once = vi.fn<(triesLeft: number) => Promise<string>>().mockRejectedValue(busy());
    const answer = expect(inTurn(once)).rejects.toThrow("Very many people");
    await vi.runAllTimersAsync();
    await answer;
    expect(once.mock.calls.map(([left]) => left)).toEqual([7, 6, 5, 4, 3, 2, 1, 0]);
    expect(isCrowded()).toBe(false);
  });

  it("is forgotten at once when nobody wants it any more", async () => {
    const leaving = new AbortController();
    const once = vi.fn<() => Promise<string>>().mockRejectedValue(busy());
    const answer = expect(inTurn(once, leaving.signal)).rejects.toThrow();
    await vi.advanceTimersByTimeAsync(100);
    leaving.abort();
    await answer;
    expect(once).toHaveBeenCalledTimes(1);
    expect(isCrowded()).toBe(false);
  });

  it("does not come again when something else went wrong", async () => {
    const once = vi.fn<() => Promise<string>>().mockRejectedValue(new Problem(503, "away", "Away"));
    await expect(inTurn(once)).rejects.toThrow("Away");
    expect(once).toHaveBeenCalledTimes(1);
  });

  it("waits by chance up to a quarter longer", () => {
    expect(wait_msAfter(busy(), 0)).toBe(2000);
    expect(wait_msAfter(busy(), 0.999)).toBeCloseTo(2500, -1);
  });
});
