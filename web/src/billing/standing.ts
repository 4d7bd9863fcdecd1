// How a subscription and a debt stand, in a sentence.
import type { Due, PlanPrice, Subscription } from "../api/messages";
import { priceWords } from "../session/PlanCard";

const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });

export const dayOf = (moment: string): string => DAY.format(new Date(moment));

interface Each {
  interval: PlanPrice["interval"];
  interval_count?: number;
}

/** "a month", "every 3 months". */
export const eachWords = ({ interval, interval_count: count = 1 }: Each): string =>
  count === 1 ? `a ${interval}` : `every ${count} ${interval}s`;

function priceOf({ plan, next_price, price }: Subscription): string {
  const agreed = next_price ?? price ?? plan;
  return `${priceWords(agreed.price)} ${eachWords(agreed)}`;
}

export function standingOf(subscription: Subscription): string {
  const { status, plan, current_period_end, next_plan, resumes_at, grace_until } = subscription;
  const day = dayOf(current_period_end);
  const free = plan.price.amount_minor === 0;
  if (free && (status === "trialing" || status === "active")) return "Free of charge.";
  switch (status) {
    case "trialing":
      return `Free until ${day}, then ${priceOf(subscription)}.`;
    case "active":
      return next_plan
        ? `Changes to ${next_plan} on ${day}: then ${priceOf(subscription)}.`
        : `${priceOf(subscription)}. Renews on ${day}.`;
    case "cancelled":
      return `Cancelled. You can watch until ${day}; nothing more will be charged.`;
    case "incomplete":
      return "Waits for its first payment.";
    case "past_due":
      return grace_until
        ? `The last payment failed. You can watch until ${dayOf(grace_until)}.`
        : "The last payment failed.";
    case "on_hold":
      return "On hold until the last invoice is paid.";
    case "paused":
      return resumes_at
        ? `Paused until ${dayOf(resumes_at)}. Nothing is charged meanwhile.`
        : "Paused. Nothing is charged until you resume.";
    case "ended":
      return `Ended on ${day}.`;
  }
}

const WHY: Record<string, string> = {
  no_method: "There is no card to charge.",
  insufficient_funds: "There was not enough money on your card.",
  authentication_required: "Your bank wants you to confirm this payment yourself.",
  expired_card: "Your card has expired.",
  card_lost: "Your bank no longer accepts this card.",
  card_not_accepted: "Your bank does not accept this card here.",
};

/** Why something is still to be paid, and what happens if it is not. */
export function debtOf({ decline, retry_at, hold_at, end_at }: Due): string {
  const parts = [WHY[decline] ?? "Your bank declined the payment."];
  if (retry_at) parts.push(`We try again on ${dayOf(retry_at)}.`);
  if (hold_at) parts.push(`You can watch until ${dayOf(hold_at)}.`);
  else if (end_at) parts.push(`Unpaid, your plan ends on ${dayOf(end_at)}.`);
  return parts.join(" ");
}
