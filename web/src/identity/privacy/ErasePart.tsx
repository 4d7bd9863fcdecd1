import { useMutation } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { useLocation } from "wouter";
import { call } from "../../api/client";
import { sentenceOf } from "../../api/problem";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Alert, Field } from "../../design/Field";
import { textOf } from "../../session/formText";
import { leave } from "../../session/session";
import type { Erasure } from "../messages";
import { keepProof } from "./proof";

function Confirmation({ onClose }: { onClose: () => void }) {
  const [, navigate] = useLocation();
  const erase = useMutation({
    mutationFn: (confirm_email: string) =>
      call<Erasure>("/api/identity/privacy/erasure", { method: "POST", body: { confirm_email } }),
    onSuccess: (erasure) => {
      keepProof(erasure);
      navigate("/erased", { replace: true });
      leave();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = textOf(new FormData(event.currentTarget), "email").trim();
    if (!erase.isPending) erase.mutate(typed);
  };
  return (
    <Dialog title="Erase your account for good?" actions={null} onClose={onClose}>
      <form className="form" onSubmit={submit}>
        <p className="muted">
          All profiles, histories and lists go at once, your plan ends, every device is signed out.
          Nobody can bring any of it back.
        </p>
        {erase.error && <Alert>{sentenceOf(erase.error)}</Alert>}
        <Field
          label="Type your e-mail address to go on"
          name="email"
          type="email"
          autoComplete="off"
          required
        />
        <div className="dialog__actions">
          <Button onClick={onClose}>Keep my account</Button>
          <Button look="danger" type="submit" busy={erase.isPending}>
            Erase everything
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Two clear steps: the wish, and the address typed out. */
export function ErasePart() {
  const [asking, setAsking] = useState(false);
  return (
    <div className="part">
      <p className="muted">
        Your account and all that is known of you is erased, also from backups: they become
        unreadable. Invoices stay for as long as the law asks, without your name.
      </p>
      <Button look="danger" onClick={() => setAsking(true)}>
        Erase my account…
      </Button>
      {asking && <Confirmation onClose={() => setAsking(false)} />}
    </div>
  );
}
