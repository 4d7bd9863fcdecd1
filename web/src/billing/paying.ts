// How an account pays: what is read of it, and the way to the gateway's own page and back.
import { queryOptions, useMutation } from "@tanstack/react-query";
import { navigate } from "wouter/use-browser-location";
import { call } from "../api/client";
import type { GatewayPage, OwnTitle, Paying } from "../api/messages";
import { queryClient, subscriptionQuery } from "../api/queries";

/**
 * Set while somebody is away at the gateway's page: what came of it is asked for on return. Holds
 * the page that they left, which they go back to once a title of theirs is paid.
 */
const AWAY = "matinee-paying";
/** A payment that is under way is looked at again this often. */
const LOOK_INTERVAL_MS = 2_000;

/** Whether an order of a title still waits for its payment. */
const ordersTitle = ({ due }: Paying): boolean => due.some((one) => one.is_order && one.title_id);

async function read(signal: AbortSignal): Promise<Paying> {
  const left = sessionStorage.getItem(AWAY);
  if (left === null) return call<Paying>("/api/billing/paying", { signal });
  const found = await call<Paying>("/api/billing/paying/look", { method: "POST", signal });
  sessionStorage.removeItem(AWAY);
  await Promise.all(
    [subscriptionQuery.queryKey, ownTitlesQuery.queryKey].map((queryKey) =>
      queryClient.invalidateQueries({ queryKey }),
    ),
  );
  if (left.startsWith("/title/") && !ordersTitle(found)) navigate(left, { replace: true });
  return found;
}

/** The titles that the account has rented or bought. */
export const ownTitlesQuery = queryOptions({
  queryKey: ["own-titles"],
  queryFn: ({ signal }) => call<OwnTitle[]>("/api/billing/titles", { signal }),
});

export const payingQuery = queryOptions({
  queryKey: ["paying"],
  queryFn: ({ signal }) => read(signal),
  staleTime: 0,
  refetchInterval: ({ state }) =>
    state.data?.due.some((due) => due.is_under_way) ? LOOK_INTERVAL_MS : false,
});

/** Reads anew what an action may have changed. */
export async function renewPaying(): Promise<void> {
  await Promise.all(
    [payingQuery.queryKey, subscriptionQuery.queryKey].map((queryKey) =>
      queryClient.invalidateQueries({ queryKey }),
    ),
  );
}

/** Goes to a page of the gateway, and remembers where from. */
export function leaveFor({ url }: GatewayPage): void {
  sessionStorage.setItem(AWAY, location.pathname);
  location.assign(url);
}

/** Goes to the gateway's page to pay an invoice. */
export const usePay = () =>
  useMutation({
    mutationFn: (invoice: string) =>
      call<GatewayPage>(`/api/billing/invoices/${invoice}/checkout`, { method: "POST" }),
    onSuccess: leaveFor,
  });

/** Goes to the gateway's page to save a card. */
export const useSaveCard = () =>
  useMutation({
    mutationFn: () => call<GatewayPage>("/api/billing/methods/checkout", { method: "POST" }),
    onSuccess: leaveFor,
  });
