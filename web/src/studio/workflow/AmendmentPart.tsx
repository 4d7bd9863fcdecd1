// Changes of what viewers see that wait until somebody has approved them.
import { useMutation, useQuery } from "@tanstack/react-query";
import { call } from "../../api/client";
import { sentenceOf } from "../../api/problem";
import { Button } from "../../design/Button";
import { Alert } from "../../design/Field";
import { Changes } from "./Changes";
import type { Amendment, Workflow } from "./messages";
import { colleaguesQuery, pathOf, renewStudio, workflowQuery } from "./queries";
import { momentOf } from "./words";

type Verdict = "approve" | "discard";

function Waiting({ titleId, amendment }: { titleId: string; amendment: Amendment }) {
  const colleagues = useQuery(colleaguesQuery);
  const verdict = useMutation({
    mutationFn: (which: Verdict) =>
      call<Workflow>(`${pathOf(titleId)}/amendment/${which}`, { method: "POST", body: {} }),
    onSuccess: renewStudio,
  });
  const names = amendment.account_ids.map(
    (id) => colleagues.data?.find((one) => one.account_id === id)?.name ?? "somebody who left",
  );
  const who = names.length > 0 ? new Intl.ListFormat("en").format(names) : "Matinee";
  return (
    <section aria-labelledby="amendment">
      <h2 id="amendment">Changes that wait</h2>
      <p className="muted">
        Proposed by {who}, {momentOf(amendment.updated_at)}. Viewers see the title as it was.
      </p>
      {amendment.words && <blockquote className="deed__words">{amendment.words}</blockquote>}
      <Changes before={amendment.before} after={amendment.after} />
      {!amendment.can_be_approved && (
        <p className="studio__aside">Somebody else has to approve them.</p>
      )}
      {verdict.error && <Alert>{sentenceOf(verdict.error)}</Alert>}
      <div className="studio__buttons">
        {amendment.can_be_approved && (
          <Button look="primary" busy={verdict.isPending} onClick={() => verdict.mutate("approve")}>
            Approve changes
          </Button>
        )}
        {amendment.can_be_discarded && (
          <Button busy={verdict.isPending} onClick={() => verdict.mutate("discard")}>
            Discard changes
          </Button>
        )}
      </div>
    </section>
  );
}

/** Nothing where nothing waits. */
export function AmendmentPart({ titleId }: { titleId: string }) {
  const { data } = useQuery(workflowQuery(titleId));
  return data?.amendment ? <Waiting titleId={titleId} amendment={data.amendment} /> : null;
}
