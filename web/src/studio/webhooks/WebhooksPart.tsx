// The operator's own systems that a service tells of what happens.
import "./webhooks.css";
import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";
import { useRef, type SubmitEvent } from "react";
import { call } from "../../api/client";
import type { WebhookDelivery, WebhookEndpoint } from "../../api/messages";
import { sentenceOf } from "../../api/problem";
import { Button, RoundButton } from "../../design/Button";
import { Alert, Field } from "../../design/Field";
import { Failure, LoadingPart } from "../../design/States";
import { textOf } from "../../session/formText";
import { TableFrame } from "../TableFrame";
import { queryClient } from "../../api/queries";

const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: "short", timeStyle: "medium" });
const QUIET_INTERVAL_MS = 15_000;

/** What each service tells of. */
const SUBJECTS = {
  billing: "subscriptions, payments, refunds, disputes and debts",
  catalog: "titles that come and go, and encodes that end",
  insights: "alerts that fire and are over",
} as const;
type Teller = keyof typeof SUBJECTS;

const rootOf = (of: Teller) => `/api/${of}/studio`;

const read = <T,>(of: Teller, name: string) =>
  queryOptions({
    queryKey: ["studio", of, "telling", name],
    queryFn: ({ signal }) => call<T>(`${rootOf(of)}/${name}`, { signal }),
    refetchInterval: QUIET_INTERVAL_MS,
  });

const renew = (of: Teller) =>
  queryClient.invalidateQueries({ queryKey: ["studio", of, "telling"] });

const useAct = (of: Teller) =>
  useMutation({
    mutationFn: ([method, path]: readonly ["POST" | "DELETE", string]) =>
      call(`${rootOf(of)}/${path}`, { method }),
    onSettled: () => renew(of),
  });

function outcomeOf({ taken_at, next_at, answer }: WebhookDelivery): string {
  if (taken_at) return `Taken (${answer})`;
  if (next_at) return answer ? `${answer}; again at ${TIME.format(new Date(next_at))}` : "Waits";
  return `Given up (${answer})`;
}

interface EndpointProps {
  of: Teller;
  endpoint: WebhookEndpoint;
}

function Log({ of, endpoint }: EndpointProps) {
  const { data } = useQuery(read<WebhookDelivery[]>(of, `webhooks/${endpoint.id}/deliveries`));
  const act = useAct(of);
  if (!data || data.length === 0) return <p className="muted">Nothing was told yet.</p>;
  return (
    <TableFrame label={`Told ${endpoint.url}`}>
      <table className="table">
        <tbody>
          {data.map((delivery) => (
            <tr key={delivery.id}>
              <th scope="row">{delivery.kind}</th>
              <td>{TIME.format(new Date(delivery.created_at))}</td>
              <td>{outcomeOf(delivery)}</td>
              <td>
                <RoundButton
                  icon="replay"
                  label={`Tell ${delivery.kind} again`}
                  onClick={() => act.mutate(["POST", `deliveries/${delivery.id}/replay`])}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function EndpointRow({ of, endpoint }: EndpointProps) {
  const act = useAct(of);
  const path = `webhooks/${endpoint.id}`;
  return (
    <li className="endpoint">
      <div className="studio__line">
        <strong>{endpoint.url}</strong>
        <Button
          small
          onClick={() => act.mutate(["POST", `${path}/${endpoint.is_paused ? "resume" : "pause"}`])}
        >
          {endpoint.is_paused ? "Go on" : "Pause"}
        </Button>
        <RoundButton
          icon="trash"
          label={`Remove ${endpoint.url}`}
          onClick={() => act.mutate(["DELETE", path])}
        />
      </div>
      {act.error && <Alert>{sentenceOf(act.error)}</Alert>}
      <details>
        <summary>Signing secret</summary>
        <code>{endpoint.secret}</code>
      </details>
      <Log of={of} endpoint={endpoint} />
    </li>
  );
}

function AddEndpoint({ of }: { of: Teller }) {
  const form = useRef<HTMLFormElement>(null);
  const add = useMutation({
    mutationFn: (url: string) => call(`${rootOf(of)}/webhooks`, { method: "POST", body: { url } }),
    onSuccess: async () => {
      form.current?.reset();
      await renew(of);
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!add.isPending) add.mutate(textOf(new FormData(event.currentTarget), "url").trim());
  };
  return (
    <form ref={form} className="form studio__form" onSubmit={submit} aria-labelledby="add-hook">
      <h2 id="add-hook">Tell another system</h2>
      <Field
        label="Address"
        name="url"
        type="url"
        required
        placeholder="https://books.example.org/hook"
        hint={`It gets signed requests (Standard Webhooks) about ${SUBJECTS[of]}`}
      />
      {add.error && <Alert>{sentenceOf(add.error)}</Alert>}
      <div>
        <Button look="primary" type="submit" busy={add.isPending}>
          Add address
        </Button>
      </div>
    </form>
  );
}

export function WebhooksPart({ of }: { of: Teller }) {
  const { data, error, refetch } = useQuery(read<WebhookEndpoint[]>(of, "webhooks"));
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <LoadingPart />;
  return (
    <>
      {data.length === 0 && (
        <p className="muted studio__lead">No other system is told of anything.</p>
      )}
      <ul aria-label="Endpoints">
        {data.map((endpoint) => (
          <EndpointRow key={endpoint.id} of={of} endpoint={endpoint} />
        ))}
      </ul>
      <AddEndpoint of={of} />
    </>
  );
}
