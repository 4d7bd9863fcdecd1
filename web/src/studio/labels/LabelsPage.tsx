// What genres, moods and keywords are called in other languages.
import "../title/title.css";
import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { call } from "../../api/client";
import type { components as Catalog } from "../../api/generated/catalog";
import { sentenceOf } from "../../api/problem";
import { queryClient } from "../../api/queries";
import { PageHeading } from "../../app/pageFocus";
import { Button, RoundButton } from "../../design/Button";
import { Alert, Choice, Field } from "../../design/Field";
import { Failure, LoadingPart, Note } from "../../design/States";
import { languageName } from "../languageNames";
import { grown, keyed } from "../title/numbered";

type LabelUse = Catalog["schemas"]["LabelUse"];
type LabelUses = Catalog["schemas"]["LabelUses"];
type Kind = LabelUse["kind"];

const PATH = "/api/catalog/studio/labels";
const KINDS: readonly (readonly [Kind, string])[] = [
  ["genre", "Genres"],
  ["mood", "Moods"],
  ["keyword", "Keywords"],
];
const NO_NAME = { language: "", name: "" };

const labelsQuery = (kind: Kind) =>
  queryOptions({
    queryKey: ["studio", "labels", kind],
    queryFn: ({ signal }) => call<LabelUses>(`${PATH}?kind=${kind}`, { signal }),
    staleTime: 0,
  });

function NamesForm({ label, onSaved }: { label: LabelUse; onSaved: () => void }) {
  const [names, setNames] = useState(() => grown(keyed(label.names), NO_NAME));
  const save = useMutation({
    mutationFn: () =>
      call<LabelUses>(PATH, {
        method: "PUT",
        body: {
          kind: label.kind,
          label: label.label,
          names: names
            .map(({ language, name }) => ({ language: language.trim(), name: name.trim() }))
            .filter(({ language, name }) => language && name),
        },
      }),
    onSuccess: (told) => {
      queryClient.setQueryData(labelsQuery(label.kind).queryKey, told);
      onSaved();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!save.isPending) save.mutate();
  };
  const change = (key: number, by: Partial<typeof NO_NAME>) =>
    setNames(names.map((one) => (one.key === key ? { ...one, ...by } : one)));
  return (
    <form className="form" aria-label={`Names of ${label.label}`} onSubmit={submit}>
      {names.map(({ key, language, name }) => (
        <fieldset key={key} className="record__row">
          <legend className="unseen">{language ? languageName(language) : "New language"}</legend>
          <Field
            label="Language"
            maxLength={35}
            pattern="[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"
            placeholder="de"
            value={language}
            onChange={(event) => change(key, { language: event.target.value })}
          />
          <Field
            label="Name"
            maxLength={60}
            lang={language || undefined}
            value={name}
            onChange={(event) => change(key, { name: event.target.value })}
          />
          <RoundButton
            icon="trash"
            label={`Remove ${name || "this name"}`}
            onClick={() => setNames(names.filter((one) => one.key !== key))}
          />
        </fieldset>
      ))}
      {save.error && <Alert>{sentenceOf(save.error)}</Alert>}
      <div className="studio__buttons">
        <Button small look="primary" type="submit" busy={save.isPending}>
          Save names
        </Button>
        <Button small icon="plus" onClick={() => setNames(grown(names, NO_NAME))}>
          Add a language
        </Button>
      </div>
    </form>
  );
}

function LabelItem({ label }: { label: LabelUse }) {
  const [isOpen, setOpen] = useState(false);
  const known = label.names.map(({ language, name }) => `${languageName(language)}: ${name}`);
  const titles = label.titles === 1 ? "1 title" : `${label.titles} titles`;
  return (
    <li className="studio__title">
      <div className="studio__words">
        <p className="studio__name">{label.label}</p>
        <p className="studio__facts">{[titles, ...known].join("  ·  ")}</p>
        {isOpen && <NamesForm label={label} onSaved={() => setOpen(false)} />}
      </div>
      {!isOpen && (
        <Button small aria-label={`Name ${label.label}`} onClick={() => setOpen(true)}>
          Name
        </Button>
      )}
    </li>
  );
}

function Labels({ kind }: { kind: Kind }) {
  const { data, error, refetch } = useQuery(labelsQuery(kind));
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <LoadingPart />;
  if (data.labels.length === 0) {
    return <Note title="None yet">They appear here as soon as a title has them.</Note>;
  }
  return (
    <ul className="studio__titles" aria-label="Labels">
      {data.labels.map((label) => (
        <LabelItem key={`${label.kind} ${label.label}`} label={label} />
      ))}
    </ul>
  );
}

export default function LabelsPage() {
  const [kind, setKind] = useState<Kind>("genre");
  return (
    <>
      <div className="studio__head">
        <PageHeading>Genres and moods</PageHeading>
      </div>
      <p className="muted studio__lead">
        Viewers read genres and moods in their profile’s language, and find titles by any of these
        names. What has no name in a language is read as it is written on the titles.
      </p>
      <div className="studio__filter">
        <Choice
          label="Kind"
          options={KINDS}
          value={kind}
          onChange={(event) => setKind(event.target.value as Kind)}
        />
      </div>
      <Labels key={kind} kind={kind} />
    </>
  );
}
