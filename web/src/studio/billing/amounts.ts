// Amounts of money as the staff read and write them.
import type { Plan } from "../../api/messages";
import { priceWords } from "../../session/PlanCard";
import { textOf } from "../../session/formText";

type Price = Plan["price"];

/** Unlike a plan's price, nothing is written as a number too: books have no "Free". */
export function amountWords(price: Price): string {
  return price.amount_minor === 0 ? moneyOf(price.currency).format(0) : priceWords(price);
}

export const amountsWords = (prices: readonly Price[]): string =>
  prices.length === 0 ? "–" : prices.map(amountWords).join(", ");

function moneyOf(currency: string): Intl.NumberFormat {
  return new Intl.NumberFormat(undefined, { style: "currency", currency });
}

export const digitsOf = (currency: string): number =>
  moneyOf(currency).resolvedOptions().maximumFractionDigits ?? 2;

/** "9.99" in minor units of its currency; null where it is no such amount. */
export function minorOf(text: string, currency: string): number | null {
  const digits = digitsOf(currency);
  const found = /^(\d{1,12})(?:[.,](\d+))?$/.exec(text.trim());
  const [, whole = "", part = ""] = found ?? [];
  if (!found || part.length > digits) return null;
  return Number(whole + part.padEnd(digits, "0"));
}

/** What was typed into the fields "amount" and "currency"; null where it is no such amount. */
export function amountOf(data: FormData): Price | null {
  const currency = textOf(data, "currency").trim().toUpperCase();
  if (!/^[A-Z]{3}$/.test(currency)) return null;
  const amount_minor = minorOf(textOf(data, "amount"), currency);
  return amount_minor === null ? null : { amount_minor, currency };
}

/** The first moment of a day (UTC) as the API takes it; null where no day was chosen. */
export const dayStart = (day: string): string | null => (day === "" ? null : `${day}T00:00:00Z`);

/** Minor units as somebody would type them. */
export function typedOf({ amount_minor, currency }: Price): string {
  return (amount_minor / 10 ** digitsOf(currency)).toFixed(digitsOf(currency));
}
