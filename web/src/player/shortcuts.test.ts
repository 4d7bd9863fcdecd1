import { expect, it } from "vitest";
import { commandOf, speedAfter } from "./shortcuts";

it("reads letters whatever their case, and digits as tenths", () => {
  expect(commandOf("K")).toEqual({ do: "toggle" });
  expect(commandOf("k")).toEqual(commandOf(" "));
  expect(commandOf("7")).toEqual({ do: "jump", fraction: 0.7 });
});

it.each(["Tab", "Enter", "x", "F5", "constructor", "Shift"])("leaves %s alone", (key) => {
  expect(commandOf(key)).toBeNull();
});

it("stays within the speeds on offer", () => {
  expect(speedAfter(1, 1)).toBe(1.25);
  expect(speedAfter(2, 1)).toBe(2);
  expect(speedAfter(0.5, -1)).toBe(0.5);
  expect(speedAfter(16, -1)).toBe(1.5);
});
