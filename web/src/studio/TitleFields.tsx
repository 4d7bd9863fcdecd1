import { useState } from "react";
import type { Title } from "../api/messages";
import { Choice, Field, TextField } from "../design/Field";
import { CREDIT_FIELDS } from "./titleFields";

/** Every age that some board of the world names. */
const AGES = [0, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18].map((age): [string, string] => [
  String(age),
  age === 0 ? "All ages" : `${age} and up`,
]);

export const KINDS = [
  ["film", "Film"],
  ["short", "Short film"],
  ["series", "Series"],
  ["episode", "Episode of a series"],
  ["trailer", "Trailer"],
  ["extra", "Extra"],
  ["collection", "Collection"],
] as const;

export type Kind = (typeof KINDS)[number][0];

/** What only holds other titles has no film of its own. */
export const hasFilm = (kind: Kind): boolean => kind !== "series" && kind !== "collection";

/** What is fixed once a title exists: its kind, its language, its place in a series. */
export function KindFields({ onKind }: { onKind: (kind: Kind) => void }) {
  const [kind, setKind] = useState<Kind>("film");
  return (
    <div className="studio__pair">
      <Choice
        label="Kind"
        name="kind"
        options={KINDS}
        value={kind}
        onChange={(event) => {
          const chosen = event.target.value as Kind;
          setKind(chosen);
          onKind(chosen);
        }}
      />
      <Field
        label="Original language"
        name="language"
        defaultValue="en"
        required
        pattern="[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"
        hint="A language tag, such as en, fr or pt-BR"
      />
      {(kind === "trailer" || kind === "extra") && (
        <Field
          label="Belongs to"
          name="belongs_to_slug"
          required
          pattern="[a-z0-9]+(-[a-z0-9]+)*"
          hint="The last part of the title’s address, such as low-tide"
        />
      )}
      {kind === "episode" && (
        <>
          <Field
            label="Series"
            name="series_slug"
            required
            pattern="[a-z0-9]+(-[a-z0-9]+)*"
            hint="The last part of the series’ address, such as orbit-of-strangers"
          />
          <span className="studio__pair">
            <Field label="Season" name="season" type="number" min={0} max={1000} required />
            <Field label="Episode" name="episode" type="number" min={0} max={10000} required />
          </span>
        </>
      )}
    </div>
  );
}

/** What can be told and changed of every title. */
export function TitleFields({ title }: { title?: Title }) {
  return (
    <>
      <Field label="Name" name="name" defaultValue={title?.name} required maxLength={200} />
      <Field
        label="Tagline"
        name="tagline"
        defaultValue={title?.tagline}
        maxLength={200}
        hint="One line that makes people curious"
      />
      <TextField
        label="Description"
        name="description"
        defaultValue={title?.description}
        maxLength={5000}
      />
      <div className="studio__pair">
        <Field
          label="Year"
          name="year"
          type="number"
          min={1870}
          max={2200}
          defaultValue={title?.year ?? undefined}
        />
        <Choice
          label="Age rating"
          name="maturity_age"
          options={AGES}
          defaultValue={String(title?.maturity_age ?? 0)}
        />
        <Field
          label="Genres"
          name="genres"
          defaultValue={title?.genres.join(", ")}
          hint="Separated by commas"
        />
        <Field
          label="Moods"
          name="moods"
          defaultValue={title?.moods.join(", ")}
          hint="Separated by commas"
        />
        <Field
          label="Keywords"
          name="keywords"
          defaultValue={title?.keywords?.join(", ")}
          hint="Separated by commas; for search"
        />
        {/* Once there is a title, people have a part of their own. */}
        {!title &&
          CREDIT_FIELDS.map(([role, label]) => (
            <Field key={role} label={label} name={role} hint="Separated by commas" />
          ))}
      </div>
    </>
  );
}
