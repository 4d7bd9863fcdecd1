// Sets an alert: which figure, beyond which limit, for how long, and who is told.
import { useMutation } from "@tanstack/react-query";
import { useId, useRef, useState, type SubmitEvent } from "react";
import { call } from "../../api/client";
import type { Alert, AlertDraft, Metric } from "../../api/messages";
import { sentenceOf } from "../../api/problem";
import { Button } from "../../design/Button";
import { Alert as Wrong, Choice, Field, TextField } from "../../design/Field";
import {
  canWatch,
  draftOf,
  LASTING,
  limitsOf,
  typedOf,
  typedUnit,
  windowsOf,
  WrongDraftError,
} from "./alertDraft";
import { Hindsight } from "./Hindsight";
import { Meaning } from "./Panel";
import { renewAlerts } from "./queries";

const ALERTS = "/api/insights/studio/alerts";

export const sendAlert = (draft: AlertDraft, id?: string) =>
  id === undefined
    ? call<Alert>(ALERTS, { method: "POST", body: draft })
    : call<Alert>(`${ALERTS}/${id}`, { method: "PUT", body: draft });

interface FieldsProps {
  metric: Metric;
  alert: Alert | undefined;
}

function LimitFields({ metric, alert }: FieldsProps) {
  const unit = typedUnit(metric);
  const hint = unit ? `In ${unit}` : "A number";
  return (
    <div className="studio__pair">
      <Choice
        label="Is told when the figure is"
        name="side"
        defaultValue={alert?.side ?? (metric.better === "up" ? "below" : "above")}
        options={[
          ["above", "above the limit"],
          ["below", "below the limit"],
        ]}
      />
      <Field
        label="Limit"
        name="limit"
        required
        inputMode="decimal"
        defaultValue={alert ? typedOf(metric, alert.limit) : ""}
        hint={hint}
      />
      <Field
        label="Over again at"
        name="clear_at"
        inputMode="decimal"
        defaultValue={alert ? typedOf(metric, alert.clear_at) : ""}
        hint="Left empty: a tenth back from the limit"
      />
    </div>
  );
}

function TimeFields({ metric, alert }: FieldsProps) {
  const windows = windowsOf(metric);
  return (
    <div className="studio__pair">
      <Choice
        label="Measured over the last"
        name="window_s"
        defaultValue={`${alert?.window_s ?? 900}`}
        options={windows.map(([window_s, words]) => [`${window_s}`, words] as const)}
      />
      <Choice
        label="Told after it lasted"
        name="lasting_s"
        defaultValue={`${alert?.lasting_s ?? 300}`}
        options={LASTING.map(([lasting_s, words]) => [`${lasting_s}`, words] as const)}
        hint="It must be back for as long before it is over"
      />
    </div>
  );
}

function TellFields({ alert }: { alert: Alert | undefined }) {
  return (
    <>
      <TextField
        label="E-mail addresses"
        name="emails"
        rows={2}
        defaultValue={alert?.emails.join("\n") ?? ""}
        hint="At most ten, one a line"
      />
      <label className="insights__check">
        <input
          type="checkbox"
          name="tells_webhooks"
          defaultChecked={alert?.tells_webhooks ?? false}
        />
        Tell the webhooks below as well
      </label>
    </>
  );
}

interface AlertFormProps {
  metrics: readonly Metric[];
  /** The one that is changed; none: a new one. */
  alert?: Alert;
  done?: () => void;
}

export function AlertForm({ metrics, alert, done }: AlertFormProps) {
  const watched = metrics.filter(canWatch);
  const [chosen, setChosen] = useState(alert?.metric ?? "rebuffer_ratio");
  // The fields begin anew once something was sent.
  const [sent, setSent] = useState(0);
  const heading = useId();
  const form = useRef<HTMLFormElement>(null);
  // What was looked back on is of the fields as they were.
  const [typed, setTyped] = useState(0);
  const metric = watched.find(({ id }) => id === chosen) ?? watched[0];
  const sending = useMutation({
    mutationFn: (data: FormData) => {
      if (!metric) throw new WrongDraftError("There is no figure to watch.");
      return sendAlert(draftOf(metric, data), alert?.id);
    },
    onSuccess: async () => {
      setSent((count) => count + 1);
      done?.();
      await renewAlerts();
    },
  });
  if (!metric) return null;
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!sending.isPending) sending.mutate(new FormData(event.currentTarget));
  };
  const { error } = sending;
  return (
    <form
      className="form studio__form"
      ref={form}
      onSubmit={submit}
      onChange={() => setTyped((count) => count + 1)}
      aria-labelledby={heading}
    >
      <h2 id={heading}>{alert ? `Change ${alert.name}` : "Set an alert"}</h2>
      <Field
        key={`name ${sent}`}
        label="Name"
        name="name"
        required
        maxLength={80}
        defaultValue={alert?.name ?? ""}
        hint="It is the subject of the letter"
      />
      <div className="form" key={`${metric.id} ${sent}`}>
        <Choice
          label="Figure"
          value={metric.id}
          onChange={(event) => setChosen(event.currentTarget.value)}
          options={watched.map(({ id, name }) => [id, name] as const)}
        />
        <Meaning metric={metric} />
        <LimitFields metric={metric} alert={alert} />
        <TimeFields metric={metric} alert={alert} />
        <Hindsight
          key={typed}
          metric={metric}
          read={() => limitsOf(metric, new FormData(form.current ?? undefined))}
        />
        <TellFields alert={alert} />
      </div>
      {error && (
        <Wrong>{error instanceof WrongDraftError ? error.message : sentenceOf(error)}</Wrong>
      )}
      <div className="studio__buttons">
        <Button look="primary" type="submit" busy={sending.isPending}>
          {alert ? "Save" : "Set alert"}
        </Button>
        {alert && <Button onClick={done}>Leave it</Button>}
        <span role="status" className="studio__saved">
          {sending.isSuccess ? "Done" : ""}
        </span>
      </div>
    </form>
  );
}
