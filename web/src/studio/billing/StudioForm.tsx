import { useMutation } from "@tanstack/react-query";
import { useId, useRef, useState, type ReactNode, type SubmitEvent } from "react";
import { sentenceOf } from "../../api/problem";
import { Button } from "../../design/Button";
import { Alert } from "../../design/Field";
import { renewBilling } from "./queries";

/** What a form asks for could not be read: said at the form, and nothing is sent. */
export class UnreadableError extends Error {}

interface StudioFormProps<T> {
  title: string;
  lead?: string;
  /** The button that sends it. */
  act: string;
  /** Sends what was typed; throws UnreadableError where that cannot be. */
  send: (data: FormData) => Promise<T>;
  done?: (answer: T) => void;
  children: ReactNode;
}

/** A form of Studio: sends once, empties itself, and what it changed is read again. */
export function StudioForm<T>({ title, lead, act, send, done, children }: StudioFormProps<T>) {
  const form = useRef<HTMLFormElement>(null);
  const heading = useId();
  const [changes, setChanges] = useState(0);
  const sending = useMutation({
    mutationFn: send,
    onSuccess: async (answer) => {
      form.current?.reset();
      setChanges((count) => count + 1);
      done?.(answer);
      await renewBilling();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!sending.isPending) sending.mutate(new FormData(event.currentTarget));
  };
  const { error } = sending;
  return (
    <form ref={form} className="form studio__form" onSubmit={submit} aria-labelledby={heading}>
      <h2 id={heading}>{title}</h2>
      {lead && <p className="muted">{lead}</p>}
      {/* Fields that remember by themselves begin anew with what is sent. */}
      <div className="form" key={changes}>
        {children}
      </div>
      {error && (
        <Alert>{error instanceof UnreadableError ? error.message : sentenceOf(error)}</Alert>
      )}
      <div className="studio__buttons">
        <Button look="primary" type="submit" busy={sending.isPending}>
          {act}
        </Button>
        <span role="status" className="studio__saved">
          {sending.isSuccess ? "Done" : ""}
        </span>
      </div>
    </form>
  );
}
