import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { useRef, type SubmitEvent } from "react";
import { call } from "../../api/client";
import { sentenceOf } from "../../api/problem";
import { Button } from "../../design/Button";
import { Alert, TextField } from "../../design/Field";
import { Failure, LoadingPart } from "../../design/States";
import { textOf } from "../../session/formText";
import { Changes } from "./Changes";
import type { Deed, History } from "./messages";
import { colleaguesQuery, deedsQuery, pathOf, renewStudio } from "./queries";
import { deedSentence, momentOf } from "./words";

function CommentForm({ titleId }: { titleId: string }) {
  const form = useRef<HTMLFormElement>(null);
  const say = useMutation({
    mutationFn: (words: string) =>
      call<History>(`${pathOf(titleId)}/comments`, { method: "POST", body: { words } }),
    onSuccess: async () => {
      form.current?.reset();
      await renewStudio();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!say.isPending) say.mutate(textOf(new FormData(event.currentTarget), "words"));
  };
  return (
    <form ref={form} className="form" onSubmit={submit} aria-label="Comment">
      <TextField label="Comment" name="words" rows={2} maxLength={2000} required />
      {say.error && <Alert>{sentenceOf(say.error)}</Alert>}
      <Button type="submit" busy={say.isPending}>
        Say it
      </Button>
    </form>
  );
}

interface DeedItemProps {
  deed: Deed;
  who: string;
  onUndo: () => void;
  busy: boolean;
}

function DeedItem({ deed, who, onUndo, busy }: DeedItemProps) {
  const isOfFields = Object.keys(deed.after).some((field) => field !== "standing");
  return (
    <li className="deed">
      <p>
        <strong>{who}</strong> {deedSentence(deed)}{" "}
        <time dateTime={deed.at} className="muted">
          {momentOf(deed.at)}
        </time>
      </p>
      {deed.words && <blockquote className="deed__words">{deed.words}</blockquote>}
      {isOfFields && (
        <details>
          <summary>What it was before</summary>
          <Changes before={deed.before} after={deed.after} />
        </details>
      )}
      {deed.can_be_undone && (
        <Button
          small
          busy={busy}
          onClick={onUndo}
          aria-label={`Undo: ${deedSentence(deed)}, ${momentOf(deed.at)}`}
        >
          Undo
        </Button>
      )}
    </li>
  );
}

/** What was done with a title and said of it, newest first. */
export function HistoryPart({ titleId }: { titleId: string }) {
  const deeds = useInfiniteQuery(deedsQuery(titleId));
  const colleagues = useQuery(colleaguesQuery);
  const undo = useMutation({
    mutationFn: (deedId: string) =>
      call<History>(`${pathOf(titleId)}/history/${deedId}/undo`, { method: "POST" }),
    onSuccess: renewStudio,
  });
  const nameOf = ({ account_id }: Deed): string => {
    if (account_id === null) return "Matinee";
    const known = colleagues.data?.find((one) => one.account_id === account_id);
    return known?.name ?? "Somebody who left";
  };
  if (deeds.error) return <Failure error={deeds.error} retry={() => void deeds.refetch()} />;
  if (!deeds.data) return <LoadingPart />;
  return (
    <section aria-labelledby="history">
      <h2 id="history">History</h2>
      <CommentForm titleId={titleId} />
      {undo.error && <Alert>{sentenceOf(undo.error)}</Alert>}
      <ol className="deeds">
        {deeds.data.pages
          .flatMap((page) => page.deeds)
          .map((deed) => (
            <DeedItem
              key={deed.id}
              deed={deed}
              who={nameOf(deed)}
              busy={undo.isPending}
              onUndo={() => undo.mutate(deed.id)}
            />
          ))}
      </ol>
      {deeds.hasNextPage && (
        <Button busy={deeds.isFetchingNextPage} onClick={() => void deeds.fetchNextPage()}>
          Show earlier
        </Button>
      )}
    </section>
  );
}
