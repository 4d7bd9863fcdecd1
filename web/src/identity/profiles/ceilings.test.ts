import { expect, it } from "vitest";
import { ceilingChoices, ceilingFor } from "./ceilings";

const FSK = {
  code: "fsk",
  name: "FSK",
  territories: ["DE"],
  steps: [0, 6, 12, 16, 18].map((age) => ({ name: `FSK ${age}`, age })),
};

it("offers everything, then what the board names", () => {
  expect(ceilingChoices(FSK, false, 18)).toEqual([
    ["18", "Everything"],
    ["16", "Up to FSK 16"],
    ["12", "Up to FSK 12"],
    ["6", "Up to FSK 6"],
    ["0", "FSK 0"],
  ]);
});

it("offers children nothing above their own ceiling", () => {
  expect(ceilingChoices(FSK, true, 0).map(([age]) => age)).toEqual(["6", "0"]);
});

it("keeps what was chosen in another territory", () => {
  expect(ceilingChoices(FSK, false, 14)).toContainEqual(["14", "Up to age 14"]);
});

it("lowers a ceiling to what fits, and never raises it", () => {
  const kids = ceilingChoices(FSK, true, 18);
  expect(ceilingFor(kids, 18)).toBe(6);
  expect(ceilingFor(kids, 3)).toBe(0);
});
