import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { useLocation } from "wouter";
import { sentenceOf } from "../../api/problem";
import { PageHeading } from "../../app/pageFocus";
import { Button } from "../../design/Button";
import { Alert, Choice, Field, TextField } from "../../design/Field";
import { Failure, LoadingPart } from "../../design/States";
import { PagePreview } from "../programme/PagePreview";
import type { ExperimentTables, Layer, Outcome } from "./messages";
import { planExperiment, renewExperiments, tablesQuery } from "./queries";
import { LAYERS } from "./readings";
import { settingsOf, variant, type Typed } from "./typedVariant";
import { VariantFields } from "./VariantFields";

const VARIANTS_MAX = 6;
interface Plan {
  name: string;
  hypothesis: string;
  layer: Layer;
  percent: string;
  outcome: Outcome;
  hours: string;
}

function PlanFields({
  plan,
  tables,
  onChange,
}: {
  plan: Plan;
  tables: ExperimentTables;
  onChange: (plan: Plan) => void;
}) {
  const outcomes = tables.measures.filter(({ is_guard }) => !is_guard);
  const chosen = outcomes.find(({ name }) => name === plan.outcome);
  return (
    <>
      <Field
        label="Name"
        required
        maxLength={80}
        value={plan.name}
        onChange={({ target }) => onChange({ ...plan, name: target.value })}
      />
      <TextField
        label="What you expect, and why"
        maxLength={500}
        value={plan.hypothesis}
        onChange={({ target }) => onChange({ ...plan, hypothesis: target.value })}
      />
      <div className="studio__pair">
        <Choice
          label="What is varied"
          options={LAYERS}
          value={plan.layer}
          onChange={({ target }) => onChange({ ...plan, layer: target.value as Layer })}
        />
        <Field
          label="Per cent of profiles"
          type="number"
          min={0.1}
          max={100}
          step={0.1}
          required
          value={plan.percent}
          onChange={({ target }) => onChange({ ...plan, percent: target.value })}
          hint="A profile takes part in one experiment of a kind at most"
        />
        <Choice
          label="What decides"
          options={outcomes.map(({ name, label }) => [name, label] as const)}
          value={plan.outcome}
          onChange={({ target }) => onChange({ ...plan, outcome: target.value as Outcome })}
          hint={chosen?.sentence}
        />
        <Field
          label="Hours that count"
          type="number"
          min={1}
          max={336}
          required
          value={plan.hours}
          onChange={({ target }) => onChange({ ...plan, hours: target.value })}
          hint="After a profile was first shown its variant; a week is 168"
        />
      </div>
    </>
  );
}

function Form({ tables }: { tables: ExperimentTables }) {
  const [, go] = useLocation();
  const [plan, setPlan] = useState<Plan>({
    name: "",
    hypothesis: "",
    layer: "rows",
    percent: "100",
    outcome: "watched_hours",
    hours: "168",
  });
  const [typed, setTyped] = useState<readonly Typed[]>([variant(0), variant(1)]);
  const variables = tables.variables.filter(({ layer }) => layer === plan.layer);
  const variants = typed.map((one) => ({
    name: one.name.trim(),
    weight: Number(one.weight),
    settings: settingsOf(one, variables),
  }));
  const planning = useMutation({
    mutationFn: () =>
      planExperiment({
        name: plan.name.trim(),
        hypothesis: plan.hypothesis.trim(),
        layer: plan.layer,
        share: Number(plan.percent) / 100,
        outcome: plan.outcome,
        outcome_hours: Number(plan.hours),
        variants,
      }),
    onSuccess: async ({ id }) => {
      await renewExperiments();
      go(`/studio/experiments/${id}`);
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!planning.isPending) planning.mutate();
  };
  const change = (at: number, next: Typed) => setTyped(typed.with(at, next));
  const shown = variants.at(-1);
  return (
    <>
      <form className="form studio__form" onSubmit={submit} aria-label="Plan an experiment">
        <PlanFields plan={plan} tables={tables} onChange={setPlan} />
        {typed.map((one, at) => (
          <VariantFields
            key={one.key}
            typed={one}
            variables={variables}
            onChange={(next) => change(at, next)}
            {...(at > 0 &&
              typed.length > 2 && { onRemove: () => setTyped(typed.toSpliced(at, 1)) })}
          />
        ))}
        {typed.length < VARIANTS_MAX && (
          <Button
            small
            icon="plus"
            onClick={() =>
              setTyped([...typed, variant(Math.max(...typed.map(({ key }) => key)) + 1)])
            }
          >
            Add a variant
          </Button>
        )}
        {planning.error && <Alert>{sentenceOf(planning.error)}</Alert>}
        <div className="studio__buttons">
          <Button look="primary" type="submit" busy={planning.isPending}>
            Plan it
          </Button>
          <Button onClick={() => go("/studio/experiments")}>Cancel</Button>
        </div>
      </form>
      {plan.layer !== "player" && shown && <PagePreview settings={shown.settings} />}
    </>
  );
}

export function ExperimentForm() {
  const { data, error, refetch } = useQuery(tablesQuery);
  return (
    <>
      <PageHeading>Plan an experiment</PageHeading>
      <p className="muted studio__lead">
        The first variant is what the others are compared with. Nobody is shown anything until you
        begin. The preview shows the last variant.
      </p>
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : data ? (
        <Form tables={data} />
      ) : (
        <LoadingPart />
      )}
    </>
  );
}
