import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { newTrace } from "./tracing";

const FORM = /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/;

describe("a trace", () => {
  it("is not begun where nobody looks", () => {
    expect(newTrace(0)).toBeNull();
    expect(newTrace(Number.NaN || 0)).toBeNull();
  });

  it("says for each that begins whether it is looked at", () => {
    const drawn = vi.spyOn(Math, "random").mockReturnValue(0.3);
    expect(newTrace(0.5)).toMatch(FORM);
    expect(newTrace(0.5)?.endsWith("-01")).toBe(true);
    expect(newTrace(0.3)?.endsWith("-00")).toBe(true);
    drawn.mockRestore();
  });

  it("has numbers of its own", () => {
    expect(newTrace(1)).not.toBe(newTrace(1));
  });
});

describe("the page's trace", () => {
  beforeEach(() => vi.resetModules());
  afterEach(() => vi.restoreAllMocks());

  async function pageTrace(serverTiming: object[], at_ms: number): Promise<string | null> {
    vi.spyOn(performance, "getEntriesByType").mockReturnValue([
      { serverTiming } as unknown as PerformanceEntry,
    ]);
    vi.spyOn(performance, "now").mockReturnValue(at_ms);
    const { pageTrace: asked } = await import("./tracing");
    expect(asked()).toBe(asked());
    return asked();
  }

  const SHARE = [{ name: "traces", description: "1.000000", duration: 0 }];

  it("is one for all that it asks for as it loads", async () => {
    expect(await pageTrace(SHARE, 500)).toMatch(FORM);
  });

  it("ends when it has loaded", async () => {
    expect(await pageTrace(SHARE, 60_000)).toBeNull();
  });

  it("is none where its answer says nothing of it", async () => {
    expect(await pageTrace([], 500)).toBeNull();
  });
});
