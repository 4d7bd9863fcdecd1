import { expect, it } from "vitest";
import { answerStepUp, stepUp } from "./stepUp";

it("asks once for all that wait", async () => {
  const both = Promise.all([stepUp(), stepUp()]);
  answerStepUp(true);
  expect(await both).toEqual([true, true]);
});

it("lets a later request ask again after a refusal", async () => {
  const first = stepUp();
  answerStepUp(false);
  expect(await first).toBe(false);
  const second = stepUp();
  answerStepUp(true);
  expect(await second).toBe(true);
});
