import { useMutation } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { sentenceOf } from "../../api/problem";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Alert } from "../../design/Field";
import type { Deed } from "./deeds";
import { renewExperiments } from "./queries";

/** Asks once more, and then does it. */
export function AskDialog({ deed, onClose }: { deed: Deed; onClose: () => void }) {
  const [, go] = useLocation();
  const doing = useMutation({
    mutationFn: deed.do,
    onSuccess: async () => {
      if (deed.leaves) go("/studio/experiments");
      await renewExperiments();
      onClose();
    },
  });
  return (
    <Dialog
      title={deed.question}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button look="primary" busy={doing.isPending} onClick={() => doing.mutate()}>
            {deed.act}
          </Button>
        </>
      }
    >
      <p className="muted">{deed.meaning}</p>
      {doing.error && <Alert>{sentenceOf(doing.error)}</Alert>}
    </Dialog>
  );
}
