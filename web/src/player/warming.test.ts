import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { call } from "../api/client";
import { Problem } from "../api/problem";
import { coolDown, takeWarm, warmUp } from "./warming";

vi.mock("../api/client", () => ({ call: vi.fn() }));
vi.mock("./decoding", () => ({ knowDevice: vi.fn() }));
vi.mock("./load", () => ({ loadShaka: () => Promise.resolve({}) }));
vi.mock("./nativeEngine", () => ({ hasMediaSource: () => true }));
vi.mock("./network", () => ({ maySpendAhead: () => true }));
vi.mock("./shakaEngine", () => ({
  makeShaka: () => Promise.resolve({ fetchAhead: vi.fn(), destroy: vi.fn() }),
}));

const asked = vi.mocked(call);

const warm = () => ({
  dash_url: "/m.mpd",
  media_expires_at: new Date(Date.now() + 60_000).toISOString(),
  resume_s: 0,
});

beforeEach(() => {
  vi.useFakeTimers();
  asked.mockReset().mockResolvedValue(warm());
});

afterEach(() => {
  coolDown();
  vi.useRealTimers();
});

/** Lets what was answered be heard of. */
const heard = () => vi.advanceTimersByTimeAsync(1);

describe("warmUp", () => {
  it("asks once for a title, however often somebody comes near it", async () => {
    warmUp("a", null);
    await heard();
    warmUp("a", null);
    await heard();
    expect(asked).toHaveBeenCalledTimes(1);
    expect(await takeWarm("a")?.engine).not.toBeNull();
  });

  it("asks again for a title that was refused, as soon as it may", async () => {
    asked.mockRejectedValueOnce(new Problem(503, "busy", "Very many people are here.", 2));
    warmUp("b", null);
    await heard();
    warmUp("b", null);
    expect(asked).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(2_000);
    warmUp("b", null);
    await heard();
    expect(asked).toHaveBeenCalledTimes(2);
    expect(await takeWarm("b")?.engine).not.toBeNull();
  });
});
