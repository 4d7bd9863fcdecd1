import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";
import { useRef, type SubmitEvent } from "react";
import { ask, call } from "../api/client";
import type { Credit, Invoice } from "../api/messages";
import { sentenceOf } from "../api/problem";
import { queryClient } from "../api/queries";
import { Button } from "../design/Button";
import { Alert, Field } from "../design/Field";
import { Failure, LoadingPart } from "../design/States";
import { textOf } from "../session/formText";
import { priceWords } from "../session/PlanCard";
import { saveFile } from "./saveFile";
import { dayOf } from "./standing";

const STATUS: Record<Invoice["status"], string> = {
  draft: "Not issued",
  open: "To be paid",
  paid: "Paid",
  void: "Cancelled",
  uncollectible: "Given up",
};

const invoicesQuery = queryOptions({
  queryKey: ["invoices"],
  queryFn: ({ signal }) => call<Invoice[]>("/api/billing/invoices", { signal }),
});

const creditQuery = queryOptions({
  queryKey: ["credit"],
  queryFn: ({ signal }) => call<Credit[]>("/api/billing/credit", { signal }),
});

interface Paper {
  path: string;
  number: string;
}

/** Fetches a document with the access token, which a plain link would not send. */
const useDocument = () =>
  useMutation({
    mutationFn: async ({ path, number }: Paper) => {
      const answer = await ask(`/api/billing/${path}/document`);
      saveFile(await answer.blob(), `${number}.pdf`);
    },
  });

function Row({ invoice, open }: { invoice: Invoice; open: (paper: Paper) => void }) {
  const { number, currency, total_minor, credit_notes } = invoice;
  return (
    <li className="card-row">
      <span>
        {number ?? "Order"}{" "}
        <span className="muted">
          {invoice.issued_at ? dayOf(invoice.issued_at) : ""} · {STATUS[invoice.status]}
        </span>
      </span>
      <span className="card-row__end">
        {total_minor === 0 ? "–" : priceWords({ amount_minor: total_minor, currency })}
        {number && (
          <Button
            small
            aria-label={`Invoice ${number} as PDF`}
            onClick={() => open({ path: `invoices/${invoice.id}`, number })}
          >
            PDF
          </Button>
        )}
        {credit_notes.map((note) => (
          <Button
            key={note.id}
            small
            aria-label={`Credit note ${note.number} as PDF`}
            onClick={() => open({ path: `credit-notes/${note.id}`, number: note.number })}
          >
            Credit note
          </Button>
        ))}
      </span>
    </li>
  );
}

function GiftCard() {
  const form = useRef<HTMLFormElement>(null);
  const { data } = useQuery(creditQuery);
  const redeem = useMutation({
    mutationFn: (code: string) =>
      call<Credit[]>("/api/billing/credit/gift-card", { method: "POST", body: { code } }),
    onSuccess: (credit) => {
      queryClient.setQueryData(creditQuery.queryKey, credit);
      form.current?.reset();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = textOf(new FormData(event.currentTarget), "code").trim();
    if (!redeem.isPending) redeem.mutate(code);
  };
  const credit = data?.filter(({ amount_minor }) => amount_minor > 0) ?? [];
  return (
    <form ref={form} className="form" onSubmit={submit} aria-label="Gift card">
      {credit.length > 0 && (
        <p role="status">To your credit: {credit.map(priceWords).join(", ")}</p>
      )}
      <div className="gift">
        <Field label="Gift card" name="code" minLength={4} maxLength={40} required />
        <Button type="submit" busy={redeem.isPending}>
          Redeem
        </Button>
      </div>
      {redeem.error && <Alert>{sentenceOf(redeem.error)}</Alert>}
    </form>
  );
}

export function InvoicesPart() {
  const { data, error, refetch } = useQuery(invoicesQuery);
  const paper = useDocument();
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <LoadingPart />;
  return (
    <>
      {paper.error && <Alert>{sentenceOf(paper.error)}</Alert>}
      {data.length === 0 ? (
        <p className="muted">There are none yet.</p>
      ) : (
        <ul className="cards" aria-label="Invoices">
          {data.map((invoice) => (
            <Row key={invoice.id} invoice={invoice} open={(wanted) => paper.mutate(wanted)} />
          ))}
        </ul>
      )}
      <GiftCard />
    </>
  );
}
