import { useMutation } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { useLocation } from "wouter";
import { call } from "../api/client";
import type { Title, TitleDraft } from "../api/messages";
import { sentenceOf } from "../api/problem";
import { queryClient } from "../api/queries";
import { PageHeading } from "../app/pageFocus";
import { Button, LinkButton } from "../design/Button";
import { Alert } from "../design/Field";
import { textOf } from "../session/formText";
import { FilePicker } from "./FilePicker";
import { draftFrom } from "./titleFields";
import { hasFilm, KindFields, TitleFields, type Kind } from "./TitleFields";
import { startUpload } from "./uploads";

export function AddTitlePage() {
  const [, navigate] = useLocation();
  const [kind, setKind] = useState<Kind>("film");
  const [file, setFile] = useState<File | null>(null);
  const add = useMutation({
    mutationFn: async (draft: TitleDraft) => {
      const title = await call<Title>("/api/catalog/studio/titles", {
        method: "POST",
        body: draft,
      });
      if (file && hasFilm(kind)) await startUpload(title.id, file);
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["studio"] });
      navigate("/studio");
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (add.isPending) return;
    const data = new FormData(event.currentTarget);
    add.mutate(draftFrom((name) => textOf(data, name)));
  };
  return (
    <>
      <PageHeading>Add a title</PageHeading>
      <form className="form studio__form" onSubmit={submit}>
        {hasFilm(kind) && (
          <FilePicker
            label="Film file"
            accept="video/*,.mkv,.mov,.mp4,.webm,.avi,.ts"
            hint="Any common format; the best copy you have. You can also add it later."
            onFile={setFile}
          />
        )}
        <KindFields onKind={setKind} />
        <TitleFields />
        {add.error && <Alert>{sentenceOf(add.error)}</Alert>}
        <div className="studio__buttons">
          <Button look="primary" type="submit" busy={add.isPending}>
            {file && hasFilm(kind) ? "Add title and upload" : "Add title"}
          </Button>
          <LinkButton to="/studio">Cancel</LinkButton>
        </div>
      </form>
    </>
  );
}
