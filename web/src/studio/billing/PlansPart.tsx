import { useMutation, useQuery } from "@tanstack/react-query";
import { call } from "../../api/client";
import type { Plan, PlanDraft } from "../../api/messages";
import { sentenceOf } from "../../api/problem";
import { plansQuery, queryClient } from "../../api/queries";
import { Button } from "../../design/Button";
import { Alert, Choice, Field } from "../../design/Field";
import { Failure, LoadingPart } from "../../design/States";
import { textOf } from "../../session/formText";
import { PlanCard } from "../../session/PlanCard";
import { AmountFields, NO_AMOUNT } from "./AmountFields";
import { amountOf } from "./amounts";
import { AddPrice, Changes, PricesOf } from "./PricesPart";
import { StudioForm, UnreadableError } from "./StudioForm";

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
  const amount = amountOf(data);
  return (
    amount && {
      ...amount,
      code: textOf(data, "code").trim(),
      name: textOf(data, "name").trim(),
      description: textOf(data, "description").trim(),
      interval: textOf(data, "interval") as NonNullable<PlanDraft["interval"]>,
      trial_days: Number(textOf(data, "trial_days")),
      streams_at_once: Number(textOf(data, "streams_at_once")),
      height_max: Number(textOf(data, "height_max")),
    }
  );
}

async function add(data: FormData): Promise<Plan[]> {
  const body = draftOf(data);
  if (!body) throw new UnreadableError(NO_AMOUNT);
  return call<Plan[]>("/api/billing/studio/plans", { method: "POST", body });
}

function AddPlan() {
  return (
    <StudioForm
      title="Offer a plan"
      lead="What a plan gives stays as it is: people agree to what it says."
      act="Offer plan"
      send={add}
      done={keep}
    >
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
        <AmountFields label="Price" />
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
    </StudioForm>
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
              <PricesOf plan={plan} />
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
      <Changes />
      {data.length > 0 && <AddPrice plans={data} />}
      <AddPlan />
    </>
  );
}
