import { expect, it } from "vitest";
import { cutOf, sourceOf } from "./framing";

const POSTER = { width: 600, height: 900 };
const BACKDROP = { width: 1920, height: 1080 };

it("keeps the whole height of a wide picture for a poster, around the point", () => {
  const wide = { width: 1600, height: 900 };
  expect(cutOf(wide, POSTER, { x: 0.5, y: 0.1 })).toEqual({
    left: 0.3125,
    top: 0,
    width: 0.375,
    height: 1,
  });
  expect(cutOf(wide, POSTER, { x: 0, y: 0 }).left).toBe(0);
  expect(cutOf(wide, POSTER, { x: 1, y: 1 }).left).toBe(0.625);
});

it("keeps the whole width of a tall picture for a backdrop", () => {
  const cut = cutOf({ width: 900, height: 1600 }, BACKDROP, { x: 0.2, y: 0.9 });
  expect(cut.width).toBe(1);
  expect(cut.top + cut.height).toBeCloseTo(1);
});

it("knows where the source of a picture lies, and that another has none", () => {
  const stem = "/artwork/1/poster-0123456789abcdef";
  expect(sourceOf(`${stem}-kept-200-400-600.jpg`)).toBe(`${stem}-kept-source.jpg`);
  expect(sourceOf(`${stem}-200-400-600.jpg`)).toBeNull();
});
