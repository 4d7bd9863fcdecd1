// What plans cost: further prices, and prices that change with notice.
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { call } from "../../api/client";
import type { Plan, PlanPrice, PriceChange } from "../../api/messages";
import { sentenceOf } from "../../api/problem";
import { plansQuery, queryClient } from "../../api/queries";
import { dayOf, eachWords } from "../../billing/standing";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Alert, Choice, Field } from "../../design/Field";
import { textOf } from "../../session/formText";
import { ReportTable, type Column } from "../ReportTable";
import { AmountFields, NO_AMOUNT } from "./AmountFields";
import { amountOf, amountWords, dayStart, minorOf, typedOf } from "./amounts";
import { priceChangesQuery, renewBilling } from "./queries";
import { StudioForm, UnreadableError } from "./StudioForm";

const ROOT = "/api/billing/studio";
const keep = (plans: Plan[]) => queryClient.setQueryData(plansQuery.queryKey, plans);
const INTERVALS = [
  ["year", "Years"],
  ["month", "Months"],
  ["week", "Weeks"],
] as const;
const COLUMNS: readonly Column<PriceChange>[] = [
  { name: "Plan", of: (change) => `${change.plan}, ${eachWords(change)}` },
  { name: "Was", of: ({ old }) => amountWords(old), isNumber: true },
  { name: "Is now", of: (change) => amountWords(change.new), isNumber: true },
  { name: "Reaches subscribers from", of: ({ effective_at }) => dayOf(effective_at) },
  { name: "Still at the old", of: ({ waiting }) => `${waiting}`, isNumber: true },
];

function Change({ plan, price, close }: { plan: Plan; price: PlanPrice; close: () => void }) {
  const { currency } = price.price;
  const [wrong, setWrong] = useState<string>();
  const change = useMutation({
    mutationFn: (body: { amount_minor: number; effective_at: string }) =>
      call<Plan[]>(`${ROOT}/prices/${price.id}/change`, { method: "POST", body }),
    onSuccess: async (plans) => {
      keep(plans);
      close();
      await renewBilling();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const amount_minor = minorOf(textOf(data, "amount"), currency);
    setWrong(amount_minor === null ? `Write an amount of ${currency}, like 9.99.` : undefined);
    if (amount_minor === null || change.isPending) return;
    const effective_at = dayStart(textOf(data, "from")) ?? new Date().toISOString();
    change.mutate({ amount_minor, effective_at });
  };
  return (
    <Dialog
      title={`Another price of ${plan.name}, ${eachWords(price)}`}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>Keep it</Button>
          <Button look="primary" type="submit" form="change-price" busy={change.isPending}>
            Change price
          </Button>
        </>
      }
    >
      <form id="change-price" className="form" onSubmit={submit}>
        <p className="muted">
          New subscribers pay it from now on. Those who have the plan are told, and pay it from
          their first renewal after their notice.
        </p>
        <Field
          label={`Amount in ${currency}`}
          name="amount"
          inputMode="decimal"
          defaultValue={typedOf(price.price)}
          error={wrong}
          required
        />
        <Field
          label="Not before"
          name="from"
          type="date"
          hint="Empty: as soon as the notice allows (UTC)"
        />
        {change.error && <Alert>{sentenceOf(change.error)}</Alert>}
      </form>
    </Dialog>
  );
}

/** Every price of a plan, with the way to change it. */
export function PricesOf({ plan }: { plan: Plan }) {
  const [changing, setChanging] = useState<PlanPrice>();
  return (
    <>
      <ul className="billing__prices" aria-label={`Prices of ${plan.name}`}>
        {plan.prices?.map((price) => (
          <li key={price.id}>
            <span>
              {amountWords(price.price)} {eachWords(price)}
            </span>
            <Button
              small
              aria-label={`Change ${amountWords(price.price)} ${eachWords(price)} of ${plan.name}`}
              onClick={() => setChanging(price)}
            >
              Change
            </Button>
          </li>
        ))}
      </ul>
      {changing && <Change plan={plan} price={changing} close={() => setChanging(undefined)} />}
    </>
  );
}

async function add(data: FormData): Promise<Plan[]> {
  const amount = amountOf(data);
  if (!amount) throw new UnreadableError(NO_AMOUNT);
  const body = {
    ...amount,
    interval: textOf(data, "interval"),
    interval_count: Number(textOf(data, "interval_count")),
  };
  return call<Plan[]>(`${ROOT}/plans/${textOf(data, "plan")}/prices`, { method: "POST", body });
}

/** Offers a plan in another currency, or for another time. */
export function AddPrice({ plans }: { plans: readonly Plan[] }) {
  return (
    <StudioForm
      title="Add a price"
      lead="In another currency, or for another time, like a whole year."
      act="Add price"
      send={add}
      done={keep}
    >
      <div className="studio__pair">
        <Choice
          label="Plan"
          name="plan"
          options={plans.map(({ code, name }) => [code, name] as const)}
        />
        <AmountFields label="Price" />
      </div>
      <div className="studio__pair">
        <Field
          label="For how many"
          name="interval_count"
          type="number"
          min={1}
          max={36}
          defaultValue={1}
          required
        />
        <Choice label="Of these" name="interval" options={INTERVALS} />
      </div>
    </StudioForm>
  );
}

export function Changes() {
  const { data } = useQuery(priceChangesQuery);
  if (!data || data.length === 0) return null;
  return (
    <>
      <h2 className="studio__sub">Prices that changed</h2>
      <ReportTable
        label="Prices that changed"
        columns={COLUMNS}
        rows={data}
        keyOf={(change) => change.id}
      />
    </>
  );
}
