import { useMutation, useQuery } from "@tanstack/react-query";
import { useRef, type SubmitEvent } from "react";
import { call } from "../../api/client";
import { sentenceOf } from "../../api/problem";
import { Button, RoundButton } from "../../design/Button";
import { Alert, Field, TextField } from "../../design/Field";
import { Failure, LoadingPart } from "../../design/States";
import type { ClientDraft, OAuthClient, ScopeName } from "../../identity/messages";
import { dayWords } from "../../identity/wording";
import { textOf } from "../../session/formText";
import { clientsQuery, renewPeople } from "./queries";

const CLIENTS = "/api/identity/studio/clients";

const SCOPES: readonly (readonly [ScopeName, string])[] = [
  ["catalogue", "see what there is to watch"],
  ["profiles", "see the profiles"],
  ["history", "see and change history and lists"],
  ["watch", "play titles"],
];

function ClientRow({ client }: { client: OAuthClient }) {
  const removal = useMutation({
    mutationFn: () => call(`${CLIENTS}/${client.id}`, { method: "DELETE" }),
    onSettled: renewPeople,
  });
  return (
    <li className="line">
      <span className="line__words">
        <strong>{client.name}</strong>
        <span className="muted">
          <code>{client.client_id}</code>; may {client.scopes.join(", ")}; since{" "}
          {dayWords(client.created_at)}
        </span>
        {client.redirect_uris.map((uri) => (
          <code key={uri}>{uri}</code>
        ))}
        {removal.error && <Alert>{sentenceOf(removal.error)}</Alert>}
      </span>
      <RoundButton
        icon="trash"
        label={`Remove ${client.name}`}
        onClick={() => !removal.isPending && removal.mutate()}
      />
    </li>
  );
}

function draftOf(data: FormData): ClientDraft {
  const lines = textOf(data, "redirect_uris").split("\n");
  return {
    name: textOf(data, "name").trim(),
    redirect_uris: lines.map((line) => line.trim()).filter(Boolean),
    scopes: SCOPES.map(([scope]) => scope).filter((scope) => data.has(scope)),
    is_public: !data.has("keeps_secret"),
    is_device: data.has("is_device"),
  };
}

function DraftFields() {
  return (
    <>
      <Field label="Name" name="name" required maxLength={60} hint="People are shown it." />
      <TextField
        label="Addresses to return to"
        name="redirect_uris"
        rows={2}
        hint="One a line, exactly as the application sends them. None for a television."
      />
      <fieldset>
        <legend className="field__label">It may</legend>
        {SCOPES.map(([scope, words]) => (
          <label key={scope} className="check">
            <input type="checkbox" name={scope} />
            {words}
          </label>
        ))}
      </fieldset>
      <label className="check">
        <input type="checkbox" name="is_device" />
        It signs in by a code, as televisions do
      </label>
      <label className="check">
        <input type="checkbox" name="keeps_secret" />
        It runs on a server of its own and can keep a secret
      </label>
    </>
  );
}

function Register() {
  const form = useRef<HTMLFormElement>(null);
  const register = useMutation({
    mutationFn: (body: ClientDraft) => call<OAuthClient>(CLIENTS, { method: "POST", body }),
    onSuccess: () => form.current?.reset(),
    onSettled: renewPeople,
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!register.isPending) register.mutate(draftOf(new FormData(event.currentTarget)));
  };
  return (
    <form ref={form} className="form studio__form" onSubmit={submit} aria-labelledby="register">
      <h2 id="register">Register an application</h2>
      <DraftFields />
      {register.error && <Alert>{sentenceOf(register.error)}</Alert>}
      {register.data?.secret && (
        <p role="status">
          Its secret, shown this once: <code className="secret">{register.data.secret}</code>
        </p>
      )}
      <div>
        <Button look="primary" type="submit" busy={register.isPending}>
          Register
        </Button>
      </div>
    </form>
  );
}

export function ClientsPart() {
  const { data, error, refetch } = useQuery(clientsQuery);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <LoadingPart />;
  return (
    <>
      {data.length === 0 && <p className="muted">No application of others is registered.</p>}
      <ul className="lines lines--end" aria-label="Applications">
        {data.map((client) => (
          <ClientRow key={client.id} client={client} />
        ))}
      </ul>
      <Register />
    </>
  );
}
