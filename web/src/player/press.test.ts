import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { call } from "../api/client";
import { Problem, unreachable } from "../api/problem";
import { claimPress } from "./press";

vi.mock("../api/client", () => ({ call: vi.fn() }));

const asked = vi.mocked(call);
const begun = { session_id: "s", resume_s: 0 };

beforeEach(() => {
  vi.useFakeTimers();
  asked.mockReset().mockResolvedValue(begun);
});

afterEach(() => void vi.useRealTimers());

/** What each try named the press. */
const names = () =>
  asked.mock.calls.map(([, request]) => (request?.body as { press: string }).press);

describe("a press of play", () => {
  it("is asked again when its connection broke, and is the same press", async () => {
    asked.mockRejectedValueOnce(unreachable(new TypeError("Failed to fetch")));
    const { session } = claimPress("a");
    await vi.runAllTimersAsync();
    expect(await session).toBe(begun);
    expect(names()).toHaveLength(2);
    expect(new Set(names()).size).toBe(1);
  });

  it("says so where nothing can be reached", async () => {
    asked.mockRejectedValue(unreachable(new TypeError("Failed to fetch")));
    const failed = expect(claimPress("b").session).rejects.toThrow("cannot be reached");
    await vi.runAllTimersAsync();
    await failed;
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it("is not asked again when it took too long: the first may yet be answered", async () => {
    asked.mockRejectedValue(unreachable(new DOMException("signal timed out", "TimeoutError")));
    await expect(claimPress("e").session).rejects.toThrow("cannot be reached");
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it("waits while the service starts again, as it is told", async () => {
    asked.mockRejectedValueOnce(new Problem(503, "starting", "It starts.", 2));
    const { session } = claimPress("c");
    await vi.advanceTimersByTimeAsync(1999);
    expect(asked).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await session).toBe(begun);
  });

  it("is not asked again when it was refused", async () => {
    asked.mockRejectedValue(new Problem(403, "too_many_streams", "Too many watch already."));
    await expect(claimPress("d").session).rejects.toThrow("Too many watch");
    expect(asked).toHaveBeenCalledTimes(1);
  });
});
