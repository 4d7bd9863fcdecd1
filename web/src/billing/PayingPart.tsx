import "./paying.css";
import { useMutation, useQuery } from "@tanstack/react-query";
import { call } from "../api/client";
import type { Due, Paying, PaymentMethod } from "../api/messages";
import { sentenceOf } from "../api/problem";
import { queryClient } from "../api/queries";
import { Button, RoundButton } from "../design/Button";
import { Alert } from "../design/Field";
import { Failure, Loading } from "../design/States";
import { priceWords } from "../session/PlanCard";
import { payingQuery, usePay, useSaveCard } from "./paying";
import { debtOf } from "./standing";

function DueRow({ due }: { due: Due }) {
  const pay = usePay();
  const amount = priceWords(due.amount);
  const why = due.is_under_way
    ? "This is being paid just now."
    : due.is_order
      ? due.title_id
        ? "You can watch the title once this is paid."
        : "Your plan begins when this is paid."
      : due.decline
        ? debtOf(due)
        : "This is charged to your card today.";
  return (
    <li className="due">
      <div>
        <p className="due__amount">{amount}</p>
        <p className="muted">{why}</p>
        {pay.error && <Alert>{sentenceOf(pay.error)}</Alert>}
      </div>
      {!due.is_under_way && (
        <Button
          look="primary"
          busy={pay.isPending || pay.isSuccess}
          onClick={() => pay.mutate(due.invoice_id)}
        >
          Pay {amount}
        </Button>
      )}
    </li>
  );
}

const nameOf = ({ brand, last4 }: PaymentMethod) => `${brand} ending in ${last4}`;

function useCards() {
  const keep = (paying: Paying) => queryClient.setQueryData(payingQuery.queryKey, paying);
  const remove = useMutation({
    mutationFn: (id: string) => call<Paying>(`/api/billing/methods/${id}`, { method: "DELETE" }),
    onSuccess: keep,
  });
  const choose = useMutation({
    mutationFn: (id: string) =>
      call<Paying>(`/api/billing/methods/${id}/charge`, { method: "POST" }),
    onSuccess: keep,
  });
  return { remove, choose, error: remove.error ?? choose.error };
}

function Cards({ methods }: { methods: readonly PaymentMethod[] }) {
  const cards = useCards();
  return (
    <>
      {cards.error && <Alert>{sentenceOf(cards.error)}</Alert>}
      <ul className="cards" aria-label="Cards">
        {methods.map((method) => (
          <li key={method.id} className="card-row">
            <span>
              {nameOf(method)} <span className="muted">expires {method.expires}</span>
            </span>
            <span className="card-row__end">
              {method.is_charged ? (
                <span className="badge badge--up">Charged</span>
              ) : (
                <Button
                  small
                  aria-label={`Charge ${nameOf(method)}`}
                  onClick={() => cards.choose.mutate(method.id)}
                >
                  Charge this one
                </Button>
              )}
              <RoundButton
                icon="trash"
                label={`Remove ${nameOf(method)}`}
                onClick={() => cards.remove.mutate(method.id)}
              />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

export function PayingPart() {
  const { data, error, refetch } = useQuery(payingQuery);
  const save = useSaveCard();
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) {
    return (
      <Loading what="how you pay">
        <div className="account__skeleton skeleton" />
      </Loading>
    );
  }
  return (
    <>
      {data.is_simulated && (
        <p className="simulated" role="note">
          Payments are simulated here: no money moves.
        </p>
      )}
      {data.due.length > 0 && (
        <ul aria-label="To be paid">
          {data.due.map((due) => (
            <DueRow key={due.invoice_id} due={due} />
          ))}
        </ul>
      )}
      {data.methods.length === 0 ? (
        <p className="muted">No card is saved.</p>
      ) : (
        <Cards methods={data.methods} />
      )}
      {save.error && <Alert>{sentenceOf(save.error)}</Alert>}
      <Button icon="plus" busy={save.isPending || save.isSuccess} onClick={() => save.mutate()}>
        Add a card
      </Button>
    </>
  );
}
