// Renting and buying a title, on its page.
import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";
import { call } from "../api/client";
import type { GatewayPage, Invoice, TitleOffer } from "../api/messages";
import { sentenceOf } from "../api/problem";
import { queryClient, subscriptionQuery } from "../api/queries";
import { Button } from "../design/Button";
import { Alert } from "../design/Field";
import { leaveFor, ownTitlesQuery } from "./paying";
import { offerWords, saleOf } from "./titleSale";

const SELDOM_MS = 5 * 60_000;

const offersQuery = (titleId: string) =>
  queryOptions({
    queryKey: ["offers", titleId],
    queryFn: ({ signal }) =>
      call<TitleOffer[]>(`/api/billing/titles/${titleId}/offers`, { signal }),
    staleTime: SELDOM_MS,
  });

/** Orders a title. What credit does not pay is paid on the gateway's page, which leads back. */
const useOrder = () =>
  useMutation({
    mutationFn: async (offer: string) => {
      const invoice = await call<Invoice>(`/api/billing/offers/${offer}/order`, { method: "POST" });
      if (invoice.status === "paid") return null;
      const path = `/api/billing/invoices/${invoice.id}/checkout`;
      return call<GatewayPage>(path, { method: "POST" });
    },
    onSuccess: async (page) => {
      if (page) leaveFor(page);
      else await queryClient.invalidateQueries({ queryKey: ownTitlesQuery.queryKey });
    },
  });

interface OffersProps {
  titleId: string;
  /** Whether the viewer's plan, if they have one, plays it. */
  inPlan: boolean;
  offers: readonly TitleOffer[];
}

function Offers({ titleId, inPlan, offers }: OffersProps) {
  const own = useQuery(ownTitlesQuery);
  const subscription = useQuery(subscriptionQuery);
  const order = useOrder();
  // Nothing is offered before it is known what somebody has.
  if (!own.isSuccess || !subscription.isSuccess) return null;
  const mine = own.data.find(({ title_id }) => title_id === titleId);
  const sale = saleOf(offers, mine, inPlan ? subscription.data?.status : undefined);
  return (
    <>
      {sale.own && <p className="title__own">{sale.own}</p>}
      {sale.offers.length > 0 && (
        <div className="title__actions" role="group" aria-label="Rent or buy">
          {sale.offers.map((offer) => (
            <Button
              key={offer.id}
              busy={order.isPending || Boolean(order.data)}
              onClick={() => order.mutate(offer.id)}
            >
              {offerWords(offer)}
            </Button>
          ))}
        </div>
      )}
      {order.error && <Alert>{sentenceOf(order.error)}</Alert>}
    </>
  );
}

export function TitleOffers({ titleId, inPlan }: Omit<OffersProps, "offers">) {
  const { data } = useQuery(offersQuery(titleId));
  if (!data || data.length === 0) return null;
  return <Offers titleId={titleId} inPlan={inPlan} offers={data} />;
}
