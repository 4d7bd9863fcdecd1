import { describe, expect, it } from "vitest";
import type { Due, Subscription } from "../api/messages";
import { dayOf, debtOf, eachWords, standingOf } from "./standing";

const price = { amount_minor: 999, currency: "EUR" };
const plan = { name: "Premium", price, interval: "month" } as Subscription["plan"];
const END = "2027-03-31T20:15:00Z";

function subscription(more: Partial<Subscription>): Subscription {
  return { plan, status: "active", current_period_end: END, ...more } as Subscription;
}

describe("how often a price is paid", () => {
  it.each([
    [{ interval: "month" }, "a month"],
    [{ interval: "year", interval_count: 1 }, "a year"],
    [{ interval: "month", interval_count: 3 }, "every 3 months"],
  ] as const)("%o is %s", (price, words) => {
    expect(eachWords(price)).toBe(words);
  });
});

describe("how a subscription stands", () => {
  it("says the price that comes next, and when", () => {
    const words = standingOf(subscription({}));
    expect(words).toContain("9.99");
    expect(words).toContain(dayOf(END));
  });
  it("says which plan follows at what price", () => {
    const next_price = { price: { amount_minor: 499, currency: "EUR" }, interval: "month" };
    const words = standingOf(
      subscription({ next_plan: "Basic", next_price } as Partial<Subscription>),
    );
    expect(words).toContain("Basic");
    expect(words).toContain("4.99");
  });
  it("says until when one can watch while a payment failed", () => {
    const grace_until = "2027-04-07T00:00:00Z";
    expect(standingOf(subscription({ status: "past_due", grace_until }))).toContain(
      dayOf(grace_until),
    );
  });
  it("has a sentence for every status", () => {
    for (const status of ["incomplete", "on_hold", "paused", "ended", "cancelled"] as const) {
      expect(standingOf(subscription({ status }))).toMatch(/\.$/);
    }
  });
});

describe("how a debt stands", () => {
  const due = { decline: "insufficient_funds", retry_at: null, hold_at: null, end_at: null } as Due;
  it("says why, and what happens next", () => {
    const words = debtOf({ ...due, retry_at: END, hold_at: "2027-04-07T00:00:00Z" });
    expect(words).toContain("not enough money");
    expect(words).toContain(`try again on ${dayOf(END)}`);
    expect(words).toContain("watch until");
  });
  it("says when a plan on hold ends", () => {
    expect(debtOf({ ...due, end_at: END })).toContain(`ends on ${dayOf(END)}`);
  });
  it("knows declines that it has never heard of", () => {
    expect(debtOf({ ...due, decline: "something_new" })).toMatch(/^Your bank declined/);
  });
});
