// What a title's page says of renting and buying it. Pure.
import type { OwnTitle, Subscription, TitleOffer } from "../api/messages";
import { priceWords } from "../session/PlanCard";

export interface Sale {
  /** How it is the account's own, in a sentence; null where it is not. */
  own: string | null;
  offers: TitleOffer[];
}

const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "short" });
const PLAYS: ReadonlySet<Subscription["status"]> = new Set([
  "trialing",
  "active",
  "past_due",
  "cancelled",
]);

function ownWords({ ends_at }: OwnTitle): string {
  return ends_at === null
    ? "You have bought this title."
    : `You have rented this title until ${MOMENT.format(new Date(ends_at))}.`;
}

/** Nobody is sold what they have: what was bought, or for rent what their plan plays anyway. */
export function saleOf(
  offers: readonly TitleOffer[],
  own: OwnTitle | undefined,
  plan: Subscription["status"] | undefined,
): Sale {
  if (own) return { own: ownWords(own), offers: [] };
  const planPlays = plan !== undefined && PLAYS.has(plan);
  return {
    own: null,
    offers: offers.filter(({ kind }) => kind === "purchase" || !planPlays),
  };
}

/** "48 hours", "2 days" where they are whole and more than two. */
export function windowWords(hours: number): string {
  if (hours > 48 && hours % 24 === 0) return `${hours / 24} days`;
  return hours === 1 ? "1 hour" : `${hours} hours`;
}

export const offerWords = (offer: TitleOffer): string =>
  offer.window_hours === null
    ? `Buy for ${priceWords(offer)}`
    : `Rent ${windowWords(offer.window_hours)} for ${priceWords(offer)}`;
