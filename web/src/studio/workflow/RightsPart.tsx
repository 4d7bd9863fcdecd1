import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { call } from "../../api/client";
import type { Title } from "../../api/messages";
import { sentenceOf } from "../../api/problem";
import { plansQuery } from "../../api/queries";
import { Button } from "../../design/Button";
import { Alert } from "../../design/Field";
import { pathOf, renewStudio } from "./queries";
import { WindowFields } from "./WindowFields";
import { draftOf, draftProblem, emptyDraft, windowOf, type WindowDraft } from "./windows";

/** The rights windows of a title: where, when, with which plan and on what it may be watched. */
export function RightsPart({ title }: { title: Title }) {
  const plans = useQuery(plansQuery);
  const [drafts, setDrafts] = useState<WindowDraft[]>(() => (title.rights ?? []).map(draftOf));
  const [checked, setChecked] = useState(false);
  const save = useMutation({
    mutationFn: () =>
      call<Title>(pathOf(title.id), { method: "PATCH", body: { rights: drafts.map(windowOf) } }),
    onSuccess: renewStudio,
  });
  const change = (changed: WindowDraft) => {
    save.reset();
    setDrafts(drafts.map((draft) => (draft.key === changed.key ? changed : draft)));
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setChecked(true);
    if (!save.isPending && drafts.every((draft) => draftProblem(draft) === null)) save.mutate();
  };
  return (
    <section aria-labelledby="rights">
      <h2 id="rights">Rights</h2>
      <p className="muted">
        {drafts.length === 0
          ? "It may be watched everywhere, always, by everybody. Add a window to say where and when."
          : "It may be watched while any of these windows is open. They end on their second."}
      </p>
      <form className="form" onSubmit={submit} noValidate>
        {drafts.map((draft, at) => (
          <WindowFields
            key={draft.key}
            number={at + 1}
            draft={draft}
            plans={(plans.data ?? []).map(({ code, name }) => [code, name] as const)}
            problem={checked ? draftProblem(draft) : null}
            onChange={change}
            onRemove={() => {
              save.reset();
              setDrafts(drafts.filter(({ key }) => key !== draft.key));
            }}
          />
        ))}
        {save.error && <Alert>{sentenceOf(save.error)}</Alert>}
        <div className="studio__buttons">
          <Button icon="plus" onClick={() => setDrafts([...drafts, emptyDraft()])}>
            Add a window
          </Button>
          <Button look="primary" type="submit" busy={save.isPending}>
            Save rights
          </Button>
          <span role="status" className="studio__saved">
            {save.isSuccess ? "Saved" : ""}
          </span>
        </div>
      </form>
    </section>
  );
}
