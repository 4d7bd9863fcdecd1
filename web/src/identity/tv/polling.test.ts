import { expect, it } from "vitest";
import { Problem } from "../../api/problem";
import { nextWait_s } from "./polling";

const problem = (status: number, code: string, retryAfter_s: number | null = null) =>
  new Problem(status, code, "", retryAfter_s);

it("goes on at the same pace while nobody has answered", () => {
  expect(nextWait_s(5, problem(400, "authorization_pending"))).toBe(5);
});

it("asks five seconds later each time it is told to slow down, up to a minute", () => {
  expect(nextWait_s(5, problem(400, "slow_down"))).toBe(10);
  expect(nextWait_s(58, problem(400, "slow_down"))).toBe(60);
});

it("backs off while nothing answers, and waits as long as it is asked to", () => {
  expect(nextWait_s(5, problem(0, "unreachable"))).toBe(10);
  expect(nextWait_s(5, problem(429, "too_many", 30))).toBe(30);
});

it.each(["expired", "denied"])("ends when the code is %s", (code) => {
  expect(nextWait_s(5, problem(400, code))).toBeNull();
});
