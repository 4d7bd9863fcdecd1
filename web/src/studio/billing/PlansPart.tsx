import { useMutation, useQuery } from "@tanstack/react-query";
import { useRef, useState, type SubmitEvent } from "react";
import { call } from "../../api/client";
import type { Plan, PlanDraft } from "../../api/messages";
import { sentenceOf } from "../../api/problem";
import { plansQuery, queryClient } from "../../api/queries";
import { Button } from "../../design/Button";
import { Alert, Choice, Field } from "../../design/Field";
import { Failure, LoadingPart } from "../../design/States";
import { textOf } from "../../session/formText";
import { PlanCard } from "../../session/PlanCard";
import { minorOf } from "./amounts";

const INTERVALS = [
  ["month", "Month"],
  ["year", "Year"],
  ["week", "Week"],
] as const;
const HEIGHTS = [
  ["1080", "1080p"],
  ["2160", "4K"],
  ["720", "720p"],
] as const;
const keep = (plans: Plan[]) => queryClient.setQueryData(plansQuery.queryKey, plans);

/** What was typed, or null where the amount is none. */
function draftOf(data: FormData): PlanDraft | null {
  const currency = textOf(data, "currency").trim().toUpperCase();
  const amount_minor = minorOf(textOf(data, "amount"), currency);
  if (amount_minor === null) return null;
  const name = textOf(data, "name").trim();
  return {
    code: textOf(data, "code").trim(),
    name,
    description: textOf(data, "description").trim(),
    amount_minor,
    currency,
    interval: textOf(data, "interval") as NonNullable<PlanDraft["interval"]>,
    trial_days: Number(textOf(data, "trial_days")),
    streams_at_once: Number(textOf(data, "streams_at_once")),
    height_max: Number(textOf(data, "height_max")),
  };
}

function AddPlan() {
  const form = useRef<HTMLFormElement>(null);
  const [wrong, setWrong] = useState<string>();
  const add = useMutation({
    mutationFn: (draft: PlanDraft) =>
      call<Plan[]>("/api/billing/studio/plans", { method: "POST", body: draft }),
    onSuccess: (plans) => {
      keep(plans);
      form.current?.reset();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (add.isPending) return;
    const draft = draftOf(new FormData(event.currentTarget));
    setWrong(draft ? undefined : "Write an amount of the currency, like 9.99.");
    if (draft) add.mutate(draft);
  };
  return (
    <form ref={form} className="form studio__form" onSubmit={submit} aria-labelledby="add-plan">
      <h2 id="add-plan">Offer a plan</h2>
      <p className="muted">What a plan gives stays as it is: people agree to what it says.</p>
      <div className="studio__pair">
        <Field label="Name" name="name" required maxLength={80} />
        <Field
          label="Code"
          name="code"
          required
          pattern="[a-z0-9][a-z0-9\-]*"
          maxLength={40}
          hint="Small letters, digits and hyphens"
        />
      </div>
      <Field label="Description" name="description" maxLength={500} />
      <div className="studio__pair">
        <Field label="Price" name="amount" inputMode="decimal" required error={wrong} />
        <Field
          label="Currency"
          name="currency"
          required
          defaultValue="EUR"
          pattern="[A-Za-z]{3}"
          maxLength={3}
        />
        <Choice label="Each" name="interval" options={INTERVALS} />
      </div>
      <div className="studio__pair">
        <Field
          label="Days free first"
          name="trial_days"
          type="number"
          min={0}
          max={365}
          defaultValue={0}
        />
        <Field
          label="Screens at once"
          name="streams_at_once"
          type="number"
          min={1}
          max={50}
          defaultValue={2}
        />
        <Choice label="Up to" name="height_max" options={HEIGHTS} />
      </div>
      {add.error && <Alert>{sentenceOf(add.error)}</Alert>}
      <div>
        <Button look="primary" type="submit" busy={add.isPending}>
          Offer plan
        </Button>
      </div>
    </form>
  );
}

export function PlansPart() {
  const { data, error, refetch } = useQuery(plansQuery);
  const withdraw = useMutation({
    mutationFn: (code: string) =>
      call<Plan[]>(`/api/billing/studio/plans/${code}`, { method: "DELETE" }),
    onSuccess: keep,
  });
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <LoadingPart />;
  return (
    <>
      {withdraw.error && <Alert>{sentenceOf(withdraw.error)}</Alert>}
      <h2 className="studio__sub">On sale</h2>
      <ul className="plans" aria-label="Plans">
        {data.map((plan) => (
          <li key={plan.id}>
            <PlanCard plan={plan}>
              <Button
                busy={withdraw.isPending}
                aria-label={`Offer no longer: ${plan.name}`}
                onClick={() => withdraw.mutate(plan.code)}
              >
                Offer no longer
              </Button>
            </PlanCard>
          </li>
        ))}
      </ul>
      <AddPlan />
    </>
  );
}
