import type { SubmitEvent } from "react";
import { sentenceOf } from "../../api/problem";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Alert } from "../../design/Field";
import { textOf } from "../../session/formText";
import { PinField } from "./PinField";

interface PinDialogProps {
  title: string;
  /** What became of the last try, if it failed. */
  error: unknown;
  busy: boolean;
  onPin: (pin: string) => void;
  onClose: () => void;
}

/** Asks for the PIN that something is locked with. */
export function PinDialog({ title, error, busy, onPin, onClose }: PinDialogProps) {
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!busy) onPin(textOf(new FormData(event.currentTarget), "pin"));
  };
  return (
    <Dialog title={title} actions={null} onClose={onClose}>
      <form className="form" onSubmit={submit}>
        {error !== null && <Alert>{sentenceOf(error)}</Alert>}
        <PinField />
        <div className="dialog__actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" busy={busy}>
            Unlock
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
