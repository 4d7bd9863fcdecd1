import * as fc from "fast-check";
import { expect, test } from "vitest";
import { placeBeside } from "./placeBeside";

const SCREEN = { width: 1440, height: 900 };
const SHEET = { width: 320, height: 240 };
const at = (left: number, top: number) => ({ left, top, right: left + 36, bottom: top + 36 });

test("a sheet opens below its button, its edges in line", () => {
  expect(placeBeside(at(800, 200), SHEET, SCREEN)).toEqual({ left_px: 516, top_px: 244 });
});

test("a sheet opens above a button at the foot of the screen", () => {
  expect(placeBeside(at(800, 800), SHEET, SCREEN)).toEqual({ left_px: 516, top_px: 552 });
});

test("a phone shows it at the foot", () => {
  expect(placeBeside(at(300, 200), SHEET, { width: 390, height: 844 })).toBeNull();
});

test("wherever its button is, a sheet that fits lies wholly on the screen", () => {
  const left = fc.integer({ min: -200, max: 1600 });
  const top = fc.integer({ min: -200, max: 1000 });
  fc.assert(
    fc.property(left, top, (x, y) => {
      const place = placeBeside(at(x, y), SHEET, SCREEN);
      expect(place).not.toBeNull();
      if (!place) return;
      expect(place.left_px).toBeGreaterThanOrEqual(0);
      expect(place.top_px).toBeGreaterThanOrEqual(0);
      expect(place.left_px + SHEET.width).toBeLessThanOrEqual(SCREEN.width);
      expect(place.top_px + SHEET.height).toBeLessThanOrEqual(SCREEN.height);
    }),
  );
});
