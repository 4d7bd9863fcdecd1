// The operator's rows and heroes on home pages: in order, for whom, when; and how a page looks with them.
import "../workflow/workflow.css";
import "./programme.css";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { sentenceOf } from "../../api/problem";
import { PageHeading } from "../../app/pageFocus";
import { Button, RoundButton } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Alert } from "../../design/Field";
import { Failure, LoadingPart, Note } from "../../design/States";
import type { EditorialRow, EditorialRows } from "./messages";
import { PagePreview } from "./PagePreview";
import { orderRows, removeRow, renewRows, rowsQuery } from "./queries";
import {
  emptyRow,
  messageOf,
  moved,
  rowDraftOf,
  rowProblem,
  rowsWith,
  type RowDraft,
} from "./rowDraft";
import { forWords, turnOf, whenWords } from "./rowWords";
import { RowForm } from "./RowForm";

const TURNS = { now: "Shown", later: "Planned", over: "Over" };
const BADGES = { now: "published", later: "processing", over: "plain" };

interface EntryProps {
  row: EditorialRow;
  at: number;
  count: number;
  read_ms: number;
  move: (by: -1 | 1) => void;
  edit: () => void;
  remove: () => void;
}

function Entry({ row, at, count, read_ms, move, edit, remove }: EntryProps) {
  const turn = turnOf(row, read_ms);
  const facts = [
    row.shown_as === "hero" ? "Opens pages" : row.place ? `Row ${row.place}` : "Where it suits",
    row.title_ids.length === 1 ? "one title" : `${row.title_ids.length} titles`,
    forWords(row),
    whenWords(row),
  ];
  return (
    <li className="programme__row">
      <div className="studio__words">
        <span className="studio__name">{row.name}</span>
        <span className="studio__facts programme__facts">
          <span className={`badge badge--${BADGES[turn]}`}>{TURNS[turn]}</span>
          {facts.filter(Boolean).join(" · ")}
        </span>
      </div>
      <div className="programme__acts">
        <span className="programme__order">
          <RoundButton
            icon="left"
            label={`Move ${row.name} up`}
            disabled={at === 0}
            onClick={() => move(-1)}
          />
          <RoundButton
            icon="right"
            label={`Move ${row.name} down`}
            disabled={at === count - 1}
            onClick={() => move(1)}
          />
        </span>
        <Button small icon="edit" aria-label={`Edit ${row.name}`} onClick={edit}>
          Edit
        </Button>
        <RoundButton icon="trash" label={`Remove ${row.name}`} onClick={remove} />
      </div>
    </li>
  );
}

function AskToRemove({ row, onClose }: { row: EditorialRow; onClose: () => void }) {
  const removing = useMutation({
    mutationFn: () => removeRow(row.id),
    onSuccess: async () => {
      await renewRows();
      onClose();
    },
  });
  return (
    <Dialog
      title={`Remove ${row.name}?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button look="danger" busy={removing.isPending} onClick={() => removing.mutate()}>
            Remove
          </Button>
        </>
      }
    >
      <p className="muted">It is gone from every home page at once. Its titles stay.</p>
      {removing.error && <Alert>{sentenceOf(removing.error)}</Alert>}
    </Dialog>
  );
}

function Listed({
  data,
  read_ms,
  edit,
}: {
  data: EditorialRows;
  read_ms: number;
  edit: (draft: RowDraft) => void;
}) {
  const [asked, setAsked] = useState<EditorialRow | null>(null);
  const ordering = useMutation({ mutationFn: orderRows, onSettled: renewRows });
  const { rows, names = {} } = data;
  const move = (at: number, by: -1 | 1) => {
    if (!ordering.isPending) ordering.mutate(moved(rows, at, by).map(({ id }) => id));
  };
  if (rows.length === 0) {
    return (
      <Note title="There is no programme yet">
        Home pages are made for each profile. What you add here stands beside that.
      </Note>
    );
  }
  return (
    <>
      {ordering.error && <Alert>{sentenceOf(ordering.error)}</Alert>}
      <ol className="programme__rows" aria-label="Programme">
        {rows.map((row, at) => (
          <Entry
            key={row.id}
            row={row}
            at={at}
            count={rows.length}
            read_ms={read_ms}
            move={(by) => move(at, by)}
            edit={() => edit(rowDraftOf(row, names))}
            remove={() => setAsked(row)}
          />
        ))}
      </ol>
      {asked && <AskToRemove row={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

/** What of a draft can be shown: with nothing in it there is nothing to see. */
const shownRows = (rows: readonly EditorialRow[], draft: RowDraft) =>
  rowProblem(draft) === null && messageOf(draft).title_ids.length > 0
    ? { rows: rowsWith(rows, draft) }
    : {};

export default function ProgrammePage() {
  const { data, dataUpdatedAt, error, refetch } = useQuery(rowsQuery);
  const [draft, setDraft] = useState<RowDraft | null>(null);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return (
    <>
      <div className="studio__head">
        <PageHeading>Programme</PageHeading>
        {!draft && (
          <Button look="primary" icon="plus" onClick={() => setDraft(emptyRow())}>
            Add to the programme
          </Button>
        )}
      </div>
      <p className="muted studio__lead">
        Rows and opening titles of your own, beside those that are chosen for each profile. Of two
        that could stand in one place the upper one does.
      </p>
      {!data ? (
        <LoadingPart />
      ) : draft ? (
        <RowForm draft={draft} onChange={setDraft} onDone={() => setDraft(null)} />
      ) : (
        <Listed data={data} read_ms={dataUpdatedAt} edit={setDraft} />
      )}
      {data && <PagePreview {...(draft && shownRows(data.rows, draft))} />}
    </>
  );
}
