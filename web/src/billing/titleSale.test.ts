import { describe, expect, it } from "vitest";
import type { OwnTitle, TitleOffer } from "../api/messages";
import { offerWords, saleOf, windowWords } from "./titleSale";

const rental: TitleOffer = {
  id: "r",
  title_id: "t",
  kind: "rental",
  amount_minor: 399,
  currency: "EUR",
  window_hours: 48,
};
const purchase: TitleOffer = { ...rental, id: "p", kind: "purchase", window_hours: null };
const offers = [rental, purchase];

describe("what a title's page offers", () => {
  it("is everything to whom nothing plays it yet", () => {
    expect(saleOf(offers, undefined, undefined).offers).toEqual(offers);
    expect(saleOf(offers, undefined, "ended").offers).toEqual(offers);
    expect(saleOf(offers, undefined, "on_hold").offers).toEqual(offers);
  });
  it.each(["trialing", "active", "past_due", "cancelled"] as const)(
    "is no rental while a plan that is %s plays it",
    (status) => {
      expect(saleOf(offers, undefined, status).offers).toEqual([purchase]);
    },
  );
  it("is nothing to whom it belongs", () => {
    const own: OwnTitle = { title_id: "t", kind: "rental", ends_at: "2027-01-02T20:00:00Z" };
    const sale = saleOf(offers, own, undefined);
    expect(sale.offers).toEqual([]);
    expect(sale.own).toContain("2027");
    expect(saleOf(offers, { ...own, ends_at: null }, "active").own).toContain("bought");
  });
});

describe("how offers are called", () => {
  it("by what is done, for how long, for what", () => {
    expect(offerWords(rental)).toMatch(/^Rent 48 hours for .*3\.99/);
    expect(offerWords(purchase)).toMatch(/^Buy for .*3\.99/);
  });
  it.each([
    [1, "1 hour"],
    [48, "48 hours"],
    [72, "3 days"],
    [73, "73 hours"],
  ])("%d hours are %s", (hours, words) => {
    expect(windowWords(hours)).toBe(words);
  });
});
