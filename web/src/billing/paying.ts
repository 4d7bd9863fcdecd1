// How an account pays: what is read of it, and the way to the gateway's own page and back.
import { queryOptions, useMutation } from "@tanstack/react-query";
import { call } from "../api/client";
import type { GatewayPage, Paying } from "../api/messages";
import { queryClient, subscriptionQuery } from "../api/queries";

/** Set while somebody is away at the gateway's page: what came of it is asked for on return. */
const AWAY = "matinee-paying";
/** A payment that is under way is looked at again this often. */
const LOOK_INTERVAL_MS = 2_000;

const isAway = (): boolean => sessionStorage.getItem(AWAY) !== null;

async function read(signal: AbortSignal): Promise<Paying> {
  if (!isAway()) return call<Paying>("/api/billing/paying", { signal });
  const found = await call<Paying>("/api/billing/paying/look", { method: "POST", signal });
  sessionStorage.removeItem(AWAY);
  await queryClient.invalidateQueries({ queryKey: subscriptionQuery.queryKey });
  return found;
}

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

function leaveFor({ url }: GatewayPage): void {
  sessionStorage.setItem(AWAY, "1");
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
