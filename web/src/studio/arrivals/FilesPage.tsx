// Many films at once: dropped, understood by their names, looked through, and sent.
import "./arrivals.css";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { sentenceOf } from "../../api/problem";
import { PageHeading } from "../../app/pageFocus";
import { Button, LinkButton } from "../../design/Button";
import { Alert } from "../../design/Field";
import { DropZone } from "./DropZone";
import type { PathedFile } from "./dropped";
import { FileRowItem } from "./FileRowFields";
import { countWords, decidable, lackOf, type FileRow } from "./fileRows";
import { OpenUploads } from "./OpenUploads";
import { guessed, take } from "./sending";

/** Files that are neither films nor episodes, and why. */
function LeftOut({ rows }: { rows: readonly FileRow[] }) {
  if (rows.length === 0) return null;
  return (
    <details className="studio__more">
      <summary>
        {rows.length === 1 ? "1 file is not a film" : `${rows.length} files are not films`}
      </summary>
      <ul className="files__left-out">
        {rows.map((row) => (
          <li key={row.path}>
            <span className="file__path">{row.path}</span>{" "}
            <span className="muted">
              {row.kind === "subtitles"
                ? `Subtitles${row.language ? ` (${row.language})` : ""}; sent with the film of that name. `
                : ""}
              {row.doubt}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

interface ReviewProps {
  rows: readonly FileRow[];
  setRows: (change: (rows: readonly FileRow[]) => readonly FileRow[]) => void;
}

function Review({ rows, setRows }: ReviewProps) {
  const films = decidable(rows);
  const chosen = films.filter((row) => row.chosen);
  const isReady = chosen.length > 0 && chosen.every((row) => lackOf(row) === "");
  const sending = useMutation({
    mutationFn: () =>
      take(chosen, rows, (paths) => {
        setRows((known) => known.filter((row) => !paths.has(row.path)));
      }),
  });
  const change = (path: string, part: Partial<FileRow>) => {
    setRows((known) => known.map((row) => (row.path === path ? { ...row, ...part } : row)));
  };
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="files-found">
      <h2 id="files-found" className="studio__sub">
        What they seem to be
      </h2>
      <ul className="files">
        {films.map((row) => (
          <FileRowItem key={row.path} row={row} onChange={(part) => change(row.path, part)} />
        ))}
      </ul>
      <LeftOut rows={rows.filter((row) => !films.includes(row))} />
      {sending.error && <Alert>{sentenceOf(sending.error)}</Alert>}
      <div className="files__confirm">
        <Button
          look="primary"
          icon="upload"
          busy={sending.isPending || !isReady}
          onClick={() => sending.mutate()}
        >
          Add and upload
        </Button>
        <Button look="plain" onClick={() => setRows(() => [])}>
          Clear the list
        </Button>
        <span role="status">{countWords(films) || "Nothing is ticked."}</span>
      </div>
    </section>
  );
}

export function FilesPage() {
  const [rows, setRows] = useState<readonly FileRow[]>([]);
  const look = useMutation({
    mutationFn: (files: PathedFile[]) => guessed(files),
    onSuccess: (found) => {
      const paths = new Set(found.map(({ path }) => path));
      setRows((known) => [...known.filter(({ path }) => !paths.has(path)), ...found]);
    },
  });
  return (
    <>
      <div className="studio__head">
        <PageHeading>Add films</PageHeading>
        <LinkButton icon="plus" to="/studio/upload">
          Add one by hand
        </LinkButton>
      </div>
      <p className="muted studio__lead">
        Each becomes a title. Go on working in Studio while they are sent; leaving it pauses them.
      </p>
      <DropZone onFiles={(files) => files.length > 0 && look.mutate(files)} />
      {look.error && <Alert>{sentenceOf(look.error)}</Alert>}
      <Review rows={rows} setRows={setRows} />
      <OpenUploads />
    </>
  );
}
