// Subtitle files beside a title's film: which there are, adding one, taking one away.
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { call } from "../api/client";
import type { TitleSubtitle, TitleSubtitles } from "../api/messages";
import { sentenceOf } from "../api/problem";
import { queryClient } from "../api/queries";
import { Button, RoundButton } from "../design/Button";
import { Alert, Field } from "../design/Field";
import { textOf } from "../session/formText";
import { FilePicker } from "./FilePicker";
import { languageName } from "./languageNames";
import { subtitlesQuery } from "./queries";
import { renewStudio, useAmends } from "./title/useChange";

const nameOf = ({ language, label }: TitleSubtitle): string => label || languageName(language);

interface RowProps {
  file: TitleSubtitle;
  remove: () => void;
}

function Row({ file, remove }: RowProps) {
  return (
    <li className="subtitles__file">
      <span className="subtitles__words">
        <span className="subtitles__name">
          {nameOf(file)}
          {file.forced && <span className="badge">Forced</span>}
        </span>
        <span className="subtitles__from">{file.file_name}</span>
      </span>
      <RoundButton icon="trash" label={`Remove subtitles ${nameOf(file)}`} onClick={remove} />
    </li>
  );
}

interface AddProps {
  busy: boolean;
  error: Error | null;
  add: (file: File, said: URLSearchParams) => void;
}

function Add({ busy, error, add }: AddProps) {
  const [file, setFile] = useState<File | null>(null);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy || !file) return;
    const data = new FormData(event.currentTarget);
    const said = new URLSearchParams({
      language: textOf(data, "language").trim(),
      label: textOf(data, "label").trim(),
      forced: String(data.has("forced")),
      file_name: file.name,
    });
    add(file, said);
  };
  return (
    <form className="form" onSubmit={submit} aria-label="Add subtitles">
      <FilePicker
        label="Subtitle file"
        accept=".srt,.vtt,.ass,.ssa,.ttml,.dfxp,.xml,.imsc"
        hint="SRT, WebVTT, ASS or TTML"
        onFile={setFile}
      />
      <div className="studio__pair">
        <Field
          label="Language"
          name="language"
          required
          pattern="[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"
          hint="A tag, such as de"
        />
        <Field label="Label" name="label" maxLength={60} hint="If not the language’s name" />
      </div>
      <label className="check">
        <input type="checkbox" name="forced" />
        <span>Forced: signs and foreign words only, shown unasked</span>
      </label>
      {error && <Alert>{sentenceOf(error)}</Alert>}
      <div>
        <Button small type="submit" busy={busy || !file}>
          Add subtitles
        </Button>
      </div>
    </form>
  );
}

export function SubtitleFiles({ titleId }: { titleId: string }) {
  const { data, error } = useQuery(subtitlesQuery(titleId));
  const proposed = useAmends(titleId);
  const [added, setAdded] = useState(0);
  const path = `/api/catalog/studio/titles/${titleId}/subtitles`;
  const keep = (told: TitleSubtitles) => {
    queryClient.setQueryData(subtitlesQuery(titleId).queryKey, told);
    // What is proposed is shown among the changes that wait.
    void renewStudio();
  };
  const put = useMutation({
    mutationFn: ({ file, said }: { file: File; said: URLSearchParams }) =>
      call<TitleSubtitles>(`${path}?${said}&proposed=${proposed}`, { method: "PUT", body: file }),
    onSuccess: (told) => {
      keep(told);
      setAdded((count) => count + 1);
    },
  });
  const removal = useMutation({
    mutationFn: (id: string) =>
      call<TitleSubtitles>(`${path}/${id}?proposed=${proposed}`, { method: "DELETE" }),
    onSuccess: keep,
  });
  const files = data?.files ?? [];
  return (
    <section className="subtitles" aria-label="Subtitles">
      <h2 className="subtitles__title">Subtitles</h2>
      {files.length > 0 && (
        <ul aria-label="Subtitle files">
          {files.map((file) => (
            <Row key={file.id} file={file} remove={() => removal.mutate(file.id)} />
          ))}
        </ul>
      )}
      {data && files.length === 0 && (
        <p className="studio__aside">
          No files beside the film. Subtitles inside the film file are found by themselves.
        </p>
      )}
      {data?.encode_again && (
        <p className="studio__note" role="status">
          Changed since the film was encoded. Encode it again to show the change.
        </p>
      )}
      {(error ?? removal.error) && <Alert>{sentenceOf(error ?? removal.error)}</Alert>}
      <details className="studio__more">
        <summary>Add a subtitle file</summary>
        {/* A new form for each file, so that nothing of the last one stays. */}
        <Add
          key={added}
          busy={put.isPending}
          error={put.error}
          add={(file, said) => put.mutate({ file, said })}
        />
      </details>
    </section>
  );
}
