import { useMutation } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { call } from "../../api/client";
import { sentenceOf } from "../../api/problem";
import { Button } from "../../design/Button";
import { Alert } from "../../design/Field";
import { notify } from "../../design/notice";
import { textOf } from "../../session/formText";
import { reloadSession } from "../../session/session";
import { PinField } from "./PinField";

interface PinPartProps {
  /** Where the PIN is put and taken away. */
  path: string;
  isSet: boolean;
  /** What it does, and for whom. */
  words: string;
  label: string;
}

/** A PIN that is set, changed or taken away. */
export function PinPart({ path, isSet, words, label }: PinPartProps) {
  const [typing, setTyping] = useState(false);
  const change = useMutation({
    mutationFn: async (pin: string | null) => {
      if (pin === null) await call(path, { method: "DELETE" });
      else await call(path, { method: "PUT", body: { pin } });
      await reloadSession();
    },
    onSuccess: (_, pin) => {
      setTyping(false);
      notify(pin === null ? "The PIN is taken away." : "The PIN is set.");
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!change.isPending) change.mutate(textOf(new FormData(event.currentTarget), "pin"));
  };
  return (
    <div className="part">
      <p className="muted">{words}</p>
      {change.error && <Alert>{sentenceOf(change.error)}</Alert>}
      {typing ? (
        <form className="form" onSubmit={submit} aria-label={label}>
          <PinField label="New PIN" />
          <div className="acts">
            <Button look="primary" type="submit" busy={change.isPending}>
              Set PIN
            </Button>
            <Button onClick={() => setTyping(false)}>Cancel</Button>
          </div>
        </form>
      ) : (
        <div className="acts">
          <Button
            small
            aria-label={`${isSet ? "Change" : "Set"} ${label}`}
            onClick={() => setTyping(true)}
          >
            {isSet ? "Change PIN" : "Set PIN"}
          </Button>
          {isSet && (
            <Button
              small
              look="danger"
              busy={change.isPending}
              aria-label={`Take away ${label}`}
              onClick={() => change.mutate(null)}
            >
              Take away
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
