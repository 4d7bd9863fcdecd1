import { useMutation } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { call } from "../../api/client";
import { sentenceOf } from "../../api/problem";
import { Button } from "../../design/Button";
import { Alert, Field } from "../../design/Field";
import { textOf } from "../../session/formText";
import type { Security } from "../messages";

function Unconfirmed() {
  const again = useMutation({
    mutationFn: () => call("/api/identity/email/verify/letter", { method: "POST", body: {} }),
  });
  return (
    <>
      <p className="muted">Not confirmed yet: open the link in the letter that we sent you.</p>
      {again.error && <Alert>{sentenceOf(again.error)}</Alert>}
      {again.isSuccess ? (
        <p role="status">Another letter is on its way.</p>
      ) : (
        <Button small busy={again.isPending} onClick={() => again.mutate()}>
          Send the letter again
        </Button>
      )}
    </>
  );
}

function Change({ onDone }: { onDone: () => void }) {
  const change = useMutation({
    mutationFn: (email: string) => call("/api/identity/email", { method: "POST", body: { email } }),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!change.isPending) change.mutate(textOf(new FormData(event.currentTarget), "email").trim());
  };
  if (change.isSuccess) {
    return (
      <p role="status">
        A letter with a link is on its way to {change.variables}. Your address changes once you open
        it; the link works for ten minutes.
      </p>
    );
  }
  return (
    <form className="form" onSubmit={submit} aria-label="Change e-mail address">
      {change.error && <Alert>{sentenceOf(change.error)}</Alert>}
      <Field
        label="New e-mail address"
        name="email"
        type="email"
        autoComplete="email"
        required
        maxLength={254}
      />
      <div className="acts">
        <Button look="primary" type="submit" busy={change.isPending}>
          Send a letter there
        </Button>
        <Button onClick={onDone}>Cancel</Button>
      </div>
    </form>
  );
}

export function EmailPart({ security }: { security: Security }) {
  const [changing, setChanging] = useState(false);
  return (
    <div className="part">
      <p>
        {security.email}{" "}
        {security.email_verified && <span className="badge badge--up">Confirmed</span>}
      </p>
      {!security.email_verified && <Unconfirmed />}
      {changing ? (
        <Change onDone={() => setChanging(false)} />
      ) : (
        <div className="acts">
          <Button onClick={() => setChanging(true)}>Change e-mail address</Button>
        </div>
      )}
    </div>
  );
}
