import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../api/client";
import type { Subscription } from "../api/messages";
import { sentenceOf } from "../api/problem";
import { queryClient, subscriptionQuery } from "../api/queries";
import { Button } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { Alert } from "../design/Field";

const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long" });

/** Two clicks: cancel, and yes. */
export function CancelButton({ subscription }: { subscription: Subscription }) {
  const [asking, setAsking] = useState(false);
  const cancel = useMutation({
    mutationFn: () => call<Subscription>("/api/billing/subscription/cancel", { method: "POST" }),
    onSuccess: (after) => {
      queryClient.setQueryData(subscriptionQuery.queryKey, after);
      setAsking(false);
    },
  });
  return (
    <>
      <Button onClick={() => setAsking(true)}>Cancel plan</Button>
      {asking && (
        <Dialog
          title="Cancel your plan?"
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button onClick={() => setAsking(false)}>Keep plan</Button>
              <Button look="danger" busy={cancel.isPending} onClick={() => cancel.mutate()}>
                Yes, cancel
              </Button>
            </>
          }
        >
          {cancel.error ? (
            <Alert>{sentenceOf(cancel.error)}</Alert>
          ) : (
            <p className="muted">
              You can watch until {DAY.format(new Date(subscription.current_period_end))}, and come
              back whenever you like. Profiles and lists stay.
            </p>
          )}
        </Dialog>
      )}
    </>
  );
}
