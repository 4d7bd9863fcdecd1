import { useMutation } from "@tanstack/react-query";
import { useRef, type SubmitEvent } from "react";
import { call } from "../../api/client";
import type { Title } from "../../api/messages";
import { sentenceOf } from "../../api/problem";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Alert, Field, TextField } from "../../design/Field";
import { textOf } from "../../session/formText";
import type { Act, ActOrder, Workflow } from "./messages";
import { pathOf, renewStudio } from "./queries";
import { isoMoment } from "./windows";
import { ACTS } from "./words";

interface ActDialogProps {
  act: Act;
  title: Title;
  onClose: () => void;
}

const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Asks for what goes with an act, a moment or some words, and does it. */
export function ActDialog({ act, title, onClose }: ActDialogProps) {
  const form = useRef<HTMLFormElement>(null);
  const doing = useMutation({
    mutationFn: (body: ActOrder) =>
      call<Workflow>(`${pathOf(title.id)}/acts/${act}`, { method: "POST", body }),
    onSuccess: async () => {
      onClose();
      await renewStudio();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (doing.isPending) return;
    const data = new FormData(event.currentTarget);
    const publish_at = isoMoment(textOf(data, "publish_at"));
    doing.mutate({ words: textOf(data, "words"), ...(publish_at && { publish_at }) });
  };
  const takesMoment = act === "approve" || act === "schedule";
  return (
    <Dialog
      title={`${ACTS[act]}: ${title.name}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            busy={doing.isPending}
            onClick={() => form.current?.requestSubmit()}
          >
            {ACTS[act]}
          </Button>
        </>
      }
    >
      <form ref={form} className="form" onSubmit={submit}>
        {takesMoment && (
          <Field
            label="Publish at"
            name="publish_at"
            type="datetime-local"
            step={1}
            required={act === "schedule"}
            hint={`${zone()}, to the second${act === "approve" ? ". Empty: now" : ""}`}
          />
        )}
        <TextField
          label="Words for whoever reads the history"
          name="words"
          maxLength={2000}
          rows={3}
          required={act === "return"}
        />
        {doing.error && <Alert>{sentenceOf(doing.error)}</Alert>}
      </form>
    </Dialog>
  );
}
