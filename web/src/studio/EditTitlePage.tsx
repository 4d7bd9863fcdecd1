import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { useLocation } from "wouter";
import { call } from "../api/client";
import type { StudioTitle, Title, TitleChange } from "../api/messages";
import { Problem, sentenceOf } from "../api/problem";
import { queryClient } from "../api/queries";
import { NotFound } from "../app/NotFound";
import { PageHeading } from "../app/pageFocus";
import { Button, LinkButton } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { Alert } from "../design/Field";
import { Picture } from "../design/Picture";
import { Failure, Loading } from "../design/States";
import { textOf } from "../session/formText";
import { EncodePanel } from "./EncodePanel";
import { FilePicker } from "./FilePicker";
import { studioTitleQuery } from "./queries";
import { SubtitleFiles } from "./SubtitleFiles";
import { changeFrom } from "./titleFields";
import { TitleFields } from "./TitleFields";
import { StatusBadge } from "./TitlesPage";
import { dropUpload } from "./uploads";

const renewStudio = () => queryClient.invalidateQueries({ queryKey: ["studio"] });

function WordsForm({ title }: { title: Title }) {
  const save = useMutation({
    mutationFn: (body: TitleChange) =>
      call<Title>(`/api/catalog/studio/titles/${title.id}`, { method: "PATCH", body }),
    onSuccess: renewStudio,
  });
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

type ArtworkKind = "poster" | "backdrop";

function ArtworkField({ title, kind }: { title: Title; kind: ArtworkKind }) {
  const put = useMutation({
    mutationFn: (file: File) =>
      call<Title>(`/api/catalog/studio/titles/${title.id}/artwork/${kind}`, {
        method: "PUT",
        body: file,
        timeout_s: 120,
      }),
    onSuccess: renewStudio,
  });
  return (
    <div className="studio__artwork">
      <Picture
        src={title.artwork[kind]}
        seed={title.id}
        name={title.name}
        className={`studio__${kind}`}
      />
      <FilePicker
        label={kind === "poster" ? "Poster" : "Backdrop"}
        accept="image/jpeg,image/png,image/webp"
        hint={
          kind === "poster" ? "Upright, 2:3. JPEG, PNG or WebP." : "Wide, 16:9. JPEG, PNG or WebP."
        }
        onFile={(file) => file && put.mutate(file)}
      />
      {put.error && <Alert>{sentenceOf(put.error)}</Alert>}
    </div>
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

function Sheet({ row }: { row: StudioTitle }) {
  const { title } = row;
  return (
    <>
      <div className="studio__head">
        <PageHeading>{title.name}</PageHeading>
        <StatusBadge status={title.status} />
      </div>
      <div className="studio__columns">
        <WordsForm key={title.id} title={title} />
        <div className="studio__side">
          <Steps title={title} />
          {title.kind !== "series" && <EncodePanel row={row} />}
          {title.kind !== "series" && <SubtitleFiles titleId={title.id} />}
          <ArtworkField title={title} kind="poster" />
          <ArtworkField title={title} kind="backdrop" />
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
