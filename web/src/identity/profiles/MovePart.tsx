import { useMutation } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { call } from "../../api/client";
import type { Profile } from "../../api/messages";
import { sentenceOf } from "../../api/problem";
import { Button } from "../../design/Button";
import { Alert, Field } from "../../design/Field";
import { textOf } from "../../session/formText";

/** Somebody leaves: their profile becomes an account of its own, with its history and list. */
export function MovePart({ profile }: { profile: Profile }) {
  const [typing, setTyping] = useState(false);
  const move = useMutation({
    mutationFn: (email: string) =>
      call(`/api/identity/profiles/${profile.id}/move`, { method: "POST", body: { email } }),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!move.isPending) move.mutate(textOf(new FormData(event.currentTarget), "email").trim());
  };
  if (move.isSuccess) {
    return (
      <p role="status">
        A letter is on its way to {move.variables}. {profile.name} stays here until the link in it
        is opened.
      </p>
    );
  }
  return (
    <div className="part">
      <p className="muted">
        When {profile.name} moves out, the history, the list and the recommendations can go along.
      </p>
      {move.error && <Alert>{sentenceOf(move.error)}</Alert>}
      {typing ? (
        <form className="form" onSubmit={submit} aria-label={`An account for ${profile.name}`}>
          <Field
            label="Their e-mail address"
            name="email"
            type="email"
            autoComplete="off"
            required
            maxLength={254}
            hint="There must be no account with it yet."
          />
          <div className="acts">
            <Button look="primary" type="submit" busy={move.isPending}>
              Send a letter there
            </Button>
            <Button onClick={() => setTyping(false)}>Cancel</Button>
          </div>
        </form>
      ) : (
        <Button small onClick={() => setTyping(true)}>
          Give {profile.name} an account
        </Button>
      )}
    </div>
  );
}
