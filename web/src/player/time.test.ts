import { expect, it } from "vitest";
import { clockTime, spokenTime } from "./time";

it.each([
  [0, "0:00"],
  [9.99, "0:09"],
  [129, "2:09"],
  [3600, "1:00:00"],
  [3729, "1:02:09"],
  [-4, "0:00"],
  [Number.NaN, "0:00"],
  [Infinity, "0:00"],
])("writes %d as %s", (time_s, written) => {
  expect(clockTime(time_s)).toBe(written);
});

it.each([
  [0, "0 seconds"],
  [1, "1 second"],
  [61, "1 minute 1 second"],
  [3600, "1 hour"],
  [7322, "2 hours 2 minutes 2 seconds"],
])("says %d as %s", (time_s, said) => {
  expect(spokenTime(time_s)).toBe(said);
});
