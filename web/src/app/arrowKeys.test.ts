import { describe, expect, it } from "vitest";
import { nextBox, type Box, type Direction } from "./arrowKeys";

const box = (left: number, top: number, width = 100, height = 150): Box => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});

describe("nextBox", () => {
  const row = { a: box(0, 0), b: box(110, 0), c: box(220, 0) };
  const wider = { d: box(-55, 200, 240, 135), e: box(195, 200, 240, 135) };
  const all: Record<string, Box> = { ...row, ...wider };
  const from = (start: string, direction: Direction) => {
    const others = Object.keys(all).filter((name) => name !== start);
    const boxes = others.map((name) => all[name] ?? box(0, 0));
    const index = nextBox(all[start] ?? box(0, 0), boxes, direction);
    return index === null ? null : others[index];
  };

  it("walks along a row and stops at its ends", () => {
    expect(from("a", "right")).toBe("b");
    expect(from("c", "left")).toBe("b");
    expect(from("c", "right")).toBeNull();
    expect(from("a", "left")).toBeNull();
  });

  it("goes to what lies nearest in the next row, though its boxes are wider", () => {
    expect(from("a", "down")).toBe("d");
    expect(from("c", "down")).toBe("e");
    expect(from("e", "up")).toBe("c");
  });

  it("does not skip a short row for one that is better aligned", () => {
    const start = box(500, 0);
    const near = box(0, 200);
    const aligned = box(500, 400);
    expect(nextBox(start, [aligned, near], "down")).toBe(1);
  });

  it("forgives a few pixels of overlap, such as that of a card grown by focus", () => {
    expect(nextBox(box(0, 0, 104, 150), [box(101, 0)], "right")).toBe(0);
    expect(nextBox(box(0, 0), [box(40, 0)], "right")).toBeNull();
  });
});
