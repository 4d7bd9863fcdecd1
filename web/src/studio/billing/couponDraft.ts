// A coupon as it is typed, and as it is read. Pure.
import type { Coupon, NewCoupon } from "../../api/messages";
import { dayOf } from "../../billing/standing";
import { textOf } from "../../session/formText";
import { amountOf, amountWords, dayStart } from "./amounts";

const PERCENT = new Intl.NumberFormat(undefined, { maximumFractionDigits: 3 });

const numberOf = (text: string): number | null => (text.trim() === "" ? null : Number(text));

/** What was typed; null where what it takes off cannot be read. */
export function couponOf(data: FormData): NewCoupon | null {
  const draft: NewCoupon = {
    code: textOf(data, "code").trim(),
    months: numberOf(textOf(data, "months")),
    audience: textOf(data, "audience") as NonNullable<NewCoupon["audience"]>,
    returning_after_days: numberOf(textOf(data, "after_days")) ?? 0,
    redeem_by: dayStart(textOf(data, "redeem_by")),
    redemptions_max: numberOf(textOf(data, "redemptions_max")),
  };
  if (textOf(data, "kind") === "percent") {
    const percent = textOf(data, "percent").trim().replace(",", ".");
    return /^\d{1,3}(\.\d{1,3})?$/.test(percent) ? { ...draft, percent } : null;
  }
  const amount = amountOf(data);
  return amount && { ...draft, ...amount };
}

export function takesOff({ percent, amount }: Coupon): string {
  return amount ? amountWords(amount) : `${PERCENT.format(Number(percent))} %`;
}

export function lasts({ months }: Coupon): string {
  if (months === null) return "as long as the plan";
  return months === 1 ? "1 month" : `${months} months`;
}

export function isFor({ audience, returning_after_days: days }: Coupon): string {
  if (audience === "anyone") return "anyone";
  if (audience === "new") return "new customers";
  return days === 0 ? "who comes back" : `who comes back after ${days} days`;
}

export function redeemed({ redemptions, redemptions_max: most }: Coupon): string {
  return most === null ? `${redemptions}` : `${redemptions} of ${most}`;
}

export const untilWords = (moment: string | null): string => (moment ? dayOf(moment) : "–");

export const isOpen = ({ redeem_by, redemptions, redemptions_max }: Coupon, now_ms: number) =>
  (redeem_by === null || Date.parse(redeem_by) > now_ms) &&
  (redemptions_max === null || redemptions < redemptions_max);
