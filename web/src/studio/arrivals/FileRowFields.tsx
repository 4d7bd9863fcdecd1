// What a file is taken for, to be looked at and changed.
import type { ReactNode } from "react";
import { Choice, Field } from "../../design/Field";
import { isBelonging, lackOf, takenKind, type FileRow, type TakenKind } from "./fileRows";

const KINDS = [
  ["film", "Film"],
  ["episode", "Episode"],
  ["trailer", "Trailer"],
  ["extra", "Extra"],
] as const;

interface FieldsProps {
  row: FileRow;
  onChange: (part: Partial<FileRow>) => void;
}

/** The fields of one file; their labels are short, as the file's path names their group. */
export function FileRowFields({ row, onChange }: FieldsProps): ReactNode {
  const isEpisode = row.kind === "episode";
  return (
    <div className={isEpisode ? "file__fields file__fields--episode" : "file__fields"}>
      <Choice
        label="Kind"
        value={takenKind(row.kind)}
        options={KINDS}
        onChange={(event) => onChange({ kind: event.target.value as TakenKind })}
      />
      {isBelonging(row) && (
        <Field
          label="Belongs to"
          value={row.belongsTo}
          maxLength={200}
          onChange={(event) => onChange({ belongsTo: event.target.value })}
        />
      )}
      {isEpisode && (
        <>
          <Field
            label="Series"
            value={row.series}
            maxLength={200}
            onChange={(event) => onChange({ series: event.target.value })}
          />
          <Field
            label="Season"
            inputMode="numeric"
            value={row.season}
            onChange={(event) => onChange({ season: event.target.value })}
          />
          <Field
            label="Episode"
            inputMode="numeric"
            value={row.episode}
            onChange={(event) => onChange({ episode: event.target.value })}
          />
        </>
      )}
      <Field
        label="Name"
        value={row.name}
        maxLength={200}
        placeholder={isEpisode ? `Episode ${row.episode}` : ""}
        onChange={(event) => onChange({ name: event.target.value })}
      />
      {!isEpisode && (
        <Field
          label="Year"
          inputMode="numeric"
          value={row.year}
          onChange={(event) => onChange({ year: event.target.value })}
        />
      )}
    </div>
  );
}

/** A file with a tick for whether it is taken. */
export function FileRowItem({ row, onChange }: FieldsProps) {
  const lack = row.chosen ? lackOf(row) : "";
  return (
    <li>
      <fieldset className="file">
        <legend className="file__path">{row.path}</legend>
        <label className="file__tick">
          <input
            type="checkbox"
            checked={row.chosen}
            onChange={(event) => onChange({ chosen: event.target.checked })}
          />
          Take it
        </label>
        <FileRowFields row={row} onChange={onChange} />
        {row.doubt && <p className="file__doubt">{row.doubt}</p>}
        {lack && <p className="studio__error">{lack}</p>}
      </fieldset>
    </li>
  );
}
