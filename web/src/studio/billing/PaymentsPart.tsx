import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { call } from "../../api/client";
import type { Payment } from "../../api/messages";
import { sentenceOf } from "../../api/problem";
import { queryClient } from "../../api/queries";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Alert, Field } from "../../design/Field";
import { Failure, LoadingPart } from "../../design/States";
import { textOf } from "../../session/formText";
import { TableFrame, TableHead } from "../TableFrame";
import { amountWords, minorOf, typedOf } from "./amounts";
import { paymentsQuery } from "./queries";

const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

const leftOf = ({ amount, refunded_minor }: Payment) => ({
  ...amount,
  amount_minor: amount.amount_minor - refunded_minor,
});

function standingOf(payment: Payment): string {
  if (payment.is_disputed) return "disputed";
  if (payment.refunded_minor > 0) return "refunded";
  return payment.decline ? payment.decline.replaceAll("_", " ") : payment.status;
}

function Refund({ payment, close }: { payment: Payment; close: () => void }) {
  const { currency } = payment.amount;
  const [wrong, setWrong] = useState<string>();
  const refund = useMutation({
    mutationFn: (body: { amount_minor: number; reason: string }) =>
      call(`/api/billing/studio/payments/${payment.id}/refund`, { method: "POST", body }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: paymentsQuery.queryKey });
      close();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const amount_minor = minorOf(textOf(data, "amount"), currency);
    setWrong(amount_minor ? undefined : `Write an amount of ${currency}, like 4.50.`);
    if (amount_minor) refund.mutate({ amount_minor, reason: textOf(data, "reason").trim() });
  };
  return (
    <Dialog
      title="Give money back?"
      onClose={close}
      actions={
        <>
          <Button onClick={close}>Keep it</Button>
          <Button look="danger" type="submit" form="refund" busy={refund.isPending}>
            Give back
          </Button>
        </>
      }
    >
      <form id="refund" className="form" onSubmit={submit}>
        <Field
          label={`Amount in ${currency}`}
          name="amount"
          inputMode="decimal"
          defaultValue={typedOf(leftOf(payment))}
          error={wrong}
          required
        />
        <Field label="Reason" name="reason" required maxLength={200} />
        {refund.error && <Alert>{sentenceOf(refund.error)}</Alert>}
      </form>
    </Dialog>
  );
}

function Row({ payment, refund }: { payment: Payment; refund: () => void }) {
  const isGood = payment.status === "succeeded" && !payment.is_disputed;
  const canRefund = isGood && leftOf(payment).amount_minor > 0;
  return (
    <tr>
      <th scope="row">{TIME.format(new Date(payment.created_at))}</th>
      <td>{payment.invoice_number ?? "–"}</td>
      <td className="table__number">{amountWords(payment.amount)}</td>
      <td>
        <span
          className={`badge badge--${isGood ? "up" : payment.status === "failed" ? "down" : "none"}`}
        >
          {standingOf(payment)}
        </span>
      </td>
      <td>
        {canRefund && (
          <Button
            small
            onClick={refund}
            aria-label={`Refund ${amountWords(payment.amount)} of ${payment.invoice_number ?? "an order"}`}
          >
            Refund
          </Button>
        )}
      </td>
    </tr>
  );
}

const COLUMNS = ["When", "Invoice", "Amount", "Status"];
const NUMBERS = ["Amount"];

export function PaymentsPart() {
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(paymentsQuery);
  const [refunding, setRefunding] = useState<Payment>();
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <LoadingPart />;
  const rows = data.pages.flat();
  if (rows.length === 0) return <p className="muted">Nothing has been paid yet.</p>;
  return (
    <>
      <TableFrame label="Payments">
        <table className="table">
          <TableHead names={COLUMNS} numbers={NUMBERS} acts />
          <tbody>
            {rows.map((payment) => (
              <Row key={payment.id} payment={payment} refund={() => setRefunding(payment)} />
            ))}
          </tbody>
        </table>
      </TableFrame>
      {hasNextPage && <Button onClick={() => void fetchNextPage()}>Show older</Button>}
      {refunding && <Refund payment={refunding} close={() => setRefunding(undefined)} />}
    </>
  );
}
