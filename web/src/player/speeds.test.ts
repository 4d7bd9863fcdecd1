import { describe, expect, it } from "vitest";
import { Speeds } from "./speeds";

const piece = (bytes: number, elapsed_ms: number) => ({ bytes, elapsed_ms, bytes_total: bytes });

describe("speeds of pathways", () => {
  it("are those of the one that brought something last, told once", () => {
    const speeds = new Speeds();
    expect(speeds.take()).toBeNull();
    speeds.heard("a", piece(1_000_000, 1_000));
    speeds.heard("b", piece(500_000, 1_000));
    expect(speeds.take()).toEqual({ pathway: "b", bps: 4_000_000 });
    expect(speeds.take()).toBeNull();
  });
  it("weigh what came later more, and long waits by their length", () => {
    const speeds = new Speeds();
    speeds.heard("a", piece(1_000_000, 1_000));
    speeds.heard("a", piece(1_000_000, 9_000));
    expect(speeds.take()?.bps).toBe(Math.round((8_000 * 1_700_000) / 9_700));
  });
  it("leave out what is too small to tell", () => {
    const speeds = new Speeds();
    speeds.heard("a", piece(1_000, 500));
    speeds.heard("a", piece(100_000, 0));
    expect(speeds.take()).toBeNull();
  });
});
