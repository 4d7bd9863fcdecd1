import "./title/title.css";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { Link, useLocation } from "wouter";
import { call } from "../api/client";
import type { StudioTitle, Title } from "../api/messages";
import { Problem, sentenceOf } from "../api/problem";
import { queryClient } from "../api/queries";
import { NotFound } from "../app/NotFound";
import { PageHeading } from "../app/pageFocus";
import { Button, LinkButton } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { Alert } from "../design/Field";
import { Failure, Loading } from "../design/States";
import { textOf } from "../session/formText";
import { EncodePanel } from "./EncodePanel";
import { studioTitleQuery } from "./queries";
import { SubtitleFiles } from "./SubtitleFiles";
import { changeFrom } from "./titleFields";
import { ArtworkPart } from "./title/ArtworkPart";
import { CreditsPart } from "./title/CreditsPart";
import { MembersPart } from "./title/MembersPart";
import { NumbersPart } from "./title/NumbersPart";
import { RatingsPart } from "./title/RatingsPart";
import { TextsPart } from "./title/TextsPart";
import { amended, renewStudio, useChange } from "./title/useChange";
import { hasFilm, TitleFields } from "./TitleFields";
import { StatusBadge } from "./TitlesPage";
import { dropUpload } from "./uploads";
import type { Workflow } from "./workflow/messages";
import { workflowQuery } from "./workflow/queries";

function WordsForm({ title }: { title: Title }) {
  const save = useChange(title.id);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (save.isPending) return;
    const data = new FormData(event.currentTarget);
    save.mutate(changeFrom((name) => textOf(data, name)));
  };
  return (
    <form className="form studio__form" onSubmit={submit} aria-label="About the title">
      <TitleFields title={title} />
      {save.error && <Alert>{sentenceOf(save.error)}</Alert>}
      <div className="studio__buttons">
        <Button look="primary" type="submit" busy={save.isPending}>
          Save changes
        </Button>
        <span role="status" className="studio__saved">
          {save.isSuccess ? "Saved" : ""}
        </span>
      </div>
    </form>
  );
}

type Step = "publish" | "withdraw";

function Steps({ title }: { title: Title }) {
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState(false);
  const step = useMutation({
    mutationFn: (name: Step) =>
      call<StudioTitle>(`/api/catalog/studio/titles/${title.id}/${name}`, { method: "POST" }),
    onSuccess: renewStudio,
  });
  const removal = useMutation({
    mutationFn: async () => {
      await dropUpload(title.id);
      await call(`/api/catalog/studio/titles/${title.id}`, { method: "DELETE" });
    },
    onSuccess: async () => {
      navigate("/studio");
      queryClient.removeQueries({ queryKey: studioTitleQuery(title.id).queryKey });
      await renewStudio();
    },
  });
  const error = step.error ?? removal.error;
  return (
    <>
      <div className="studio__buttons">
        {title.status === "published" && (
          <Button busy={step.isPending} onClick={() => step.mutate("withdraw")}>
            Withdraw
          </Button>
        )}
        {(title.status === "withdrawn" || title.status === "draft") && (
          <Button busy={step.isPending} onClick={() => step.mutate("publish")}>
            Publish
          </Button>
        )}
        <LinkButton to={`/studio/titles/${title.id}/publishing`}>
          Rights, review and history
        </LinkButton>
        {title.status === "published" && (
          <LinkButton icon="play" to={`/title/${title.slug}`}>
            Show title page
          </LinkButton>
        )}
        <Button look="danger" icon="trash" onClick={() => setAsking(true)}>
          Delete
        </Button>
      </div>
      {error && <Alert>{sentenceOf(error)}</Alert>}
      {asking && (
        <Dialog
          title={`Delete ${title.name}?`}
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button onClick={() => setAsking(false)}>Keep title</Button>
              <Button look="danger" busy={removal.isPending} onClick={() => removal.mutate()}>
                Delete for good
              </Button>
            </>
          }
        >
          <p className="muted">Its film, its artwork and its place in every list go with it.</p>
        </Dialog>
      )}
    </>
  );
}

/** That what is saved here waits, and where to see what does. */
function WaitingNote({ workflow }: { workflow: Workflow | undefined }) {
  if (!workflow || (!workflow.amends && !workflow.amendment)) return null;
  return (
    <p className="studio__note">
      {workflow.amendment
        ? "Changes of this title wait to be approved; the fields show them. "
        : "Viewers see this title: what you save waits until somebody else has approved it. "}
      <Link href={`/studio/titles/${workflow.title_id}/publishing`}>See what waits</Link>
    </p>
  );
}

function Sheet({ row }: { row: StudioTitle }) {
  const { data: workflow } = useQuery(workflowQuery(row.title.id));
  const title = amended(row.title, workflow?.amendment?.after);
  return (
    <>
      <div className="studio__head">
        <PageHeading>{title.name}</PageHeading>
        <StatusBadge status={title.status} />
      </div>
      <WaitingNote workflow={workflow} />
      {/* Anew where something waits, as fields keep what they began with. */}
      <div className="studio__columns" key={workflow?.amendment ? "amended" : "own"}>
        <div>
          <WordsForm title={title} />
          <div className="record">
            {title.kind === "collection" && <MembersPart title={title} />}
            <CreditsPart title={title} />
            <TextsPart title={title} />
            <RatingsPart title={title} />
            <NumbersPart title={title} />
          </div>
        </div>
        <div className="studio__side">
          <Steps title={title} />
          {hasFilm(title.kind) && <EncodePanel row={row} />}
          {hasFilm(title.kind) && <SubtitleFiles titleId={title.id} />}
          <ArtworkPart title={title} />
        </div>
      </div>
    </>
  );
}

export function EditTitlePage({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(studioTitleQuery(id));
  if (data) return <Sheet row={data} />;
  if (error instanceof Problem && error.status === 404) return <NotFound />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return (
    <Loading what="the title">
      <div className="studio__skeleton skeleton" />
    </Loading>
  );
}
