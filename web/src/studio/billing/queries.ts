// What the staff read of billing.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { call } from "../../api/client";
import type {
  Coupon,
  Debt,
  GivenCard,
  Ledger,
  Payment,
  PriceChange,
  Revenue,
  Subscriber,
  TaxRate,
  TitleOffer,
} from "../../api/messages";
import { queryClient } from "../../api/queries";

const QUIET_INTERVAL_MS = 15_000;
/** A page of a list holds so many; fewer means that it is the last. */
const PAGE = 50;

const read = <T>(name: string) =>
  queryOptions({
    queryKey: ["studio", "billing", name],
    queryFn: ({ signal }) => call<T>(`/api/billing/studio/${name}`, { signal }),
    refetchInterval: QUIET_INTERVAL_MS,
  });

export const revenueQuery = read<Revenue>("revenue");
export const debtsQuery = read<Debt[]>("debts");
export const ledgerQuery = read<Ledger>("ledger");

export const taxRatesQuery = read<TaxRate[]>("tax-rates");
export const priceChangesQuery = read<PriceChange[]>("price-changes");

const pages = <T>(name: string, keyOf: (row: T) => string) =>
  infiniteQueryOptions({
    queryKey: ["studio", "billing", name],
    queryFn: ({ signal, pageParam }) => {
      const before = pageParam ? `?before=${pageParam}` : "";
      return call<T[]>(`/api/billing/studio/${name}${before}`, { signal });
    },
    initialPageParam: "",
    getNextPageParam: (last) => {
      const end = last.at(-1);
      return end === undefined || last.length < PAGE ? undefined : keyOf(end);
    },
    staleTime: 0,
  });

export const subscribersQuery = pages<Subscriber>("subscribers", (row) => row.subscription_id);
export const paymentsQuery = pages<Payment>("payments", (row) => row.id);
export const couponsQuery = pages<Coupon>("coupons", (row) => row.id);
export const giftCardsQuery = pages<GivenCard>("gift-cards", (row) => row.id);
export const titlePricesQuery = pages<TitleOffer>("title-prices", (row) => row.id);

/** Reads anew what an action may have changed. */
export const renewBilling = () =>
  queryClient.invalidateQueries({ queryKey: ["studio", "billing"] });
