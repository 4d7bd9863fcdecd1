// Watched folders and buckets: what arrives there, what is taken, what is refused and why.
import "./arrivals.css";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { Link } from "wouter";
import { call } from "../../api/client";
import type { Arrival, Arrivals } from "../../api/messages";
import { sentenceOf } from "../../api/problem";
import { queryClient } from "../../api/queries";
import { PageHeading } from "../../app/pageFocus";
import { Button } from "../../design/Button";
import { Alert, Field } from "../../design/Field";
import { Failure, Loading, Note } from "../../design/States";
import { hasRole, useSession } from "../../session/session";
import { textOf } from "../../session/formText";
import { Bar } from "../Bar";
import { sizeWords } from "../FilePicker";
import { FileRowFields } from "./FileRowFields";
import { draftOf, lackOf, rowOf, takenKind, type FileRow } from "./fileRows";
import { arrivalsQuery } from "./queries";

const ROOT = "/api/catalog/studio/arrivals";
const again = () => queryClient.invalidateQueries({ queryKey: ["studio"] });

const STATES: Record<Arrival["state"], string> = {
  settling: "Still arriving",
  asking: "Waits for you",
  waiting: "Waits for its turn",
  taking: "Being taken",
  taken: "Taken",
  refused: "Left out",
};
const BADGES: Partial<Record<Arrival["state"], string>> = {
  asking: "badge--processing",
  taking: "badge--processing",
  taken: "badge--up",
  refused: "badge--failed",
};

function Decide({ arrival, onClose }: { arrival: Arrival; onClose: () => void }) {
  const [row, setRow] = useState<FileRow>(() => ({
    ...rowOf(arrival.guess, null),
    kind: takenKind(arrival.guess.kind),
    chosen: true,
  }));
  const lack = lackOf(row);
  const take = useMutation({
    mutationFn: () => call(`${ROOT}/${arrival.id}/take`, { method: "POST", body: draftOf(row) }),
    onSuccess: () => {
      onClose();
      return again();
    },
  });
  return (
    <fieldset className="file">
      <legend className="unseen">What {arrival.path} is</legend>
      <FileRowFields row={row} onChange={(part) => setRow((known) => ({ ...known, ...part }))} />
      {row.titleId !== null && (
        <p className="file__doubt">
          It seems to be <Link href={`/studio/titles/${row.titleId}`}>a title that is there</Link>;
          its film will be replaced.{" "}
          <Button small look="plain" onClick={() => setRow({ ...row, titleId: null })}>
            Make a new title instead
          </Button>
        </p>
      )}
      {lack && <p className="studio__error">{lack}</p>}
      {take.error && <Alert>{sentenceOf(take.error)}</Alert>}
      <div className="studio__buttons">
        <Button
          small
          look="primary"
          busy={take.isPending || lack !== ""}
          onClick={() => take.mutate()}
        >
          Take it
        </Button>
        <Button small look="plain" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </fieldset>
  );
}

function Orders({ arrival, onDecide }: { arrival: Arrival; onDecide: () => void }) {
  const refuse = useMutation({
    mutationFn: () => call(`${ROOT}/${arrival.id}/refuse`, { method: "POST" }),
    onSuccess: again,
  });
  const decide = arrival.state === "asking" ? "Decide" : "Take it after all";
  const isOpen = arrival.state === "asking" || arrival.state === "refused";
  if (!isOpen) return null;
  return (
    <div className="studio__buttons">
      <Button small aria-label={`${decide}: ${arrival.path}`} onClick={onDecide}>
        {decide}
      </Button>
      {arrival.state === "asking" && (
        <Button
          small
          look="plain"
          busy={refuse.isPending}
          aria-label={`Leave it out: ${arrival.path}`}
          onClick={() => refuse.mutate()}
        >
          Leave it out
        </Button>
      )}
      {refuse.error && <Alert>{sentenceOf(refuse.error)}</Alert>}
    </div>
  );
}

function ArrivalItem({ arrival }: { arrival: Arrival }) {
  const [isDeciding, setDeciding] = useState(false);
  const { path, state, note, size_bytes, title_id, fraction } = arrival;
  return (
    <li className="arrival">
      <p className="arrival__head">
        <span className="file__path">{path}</span>
        <span className={`badge ${BADGES[state] ?? ""}`}>{STATES[state]}</span>
      </p>
      <p className="studio__facts">
        {sizeWords(size_bytes)}
        {title_id !== null && <Link href={`/studio/titles/${title_id}`}>Its title</Link>}
      </p>
      {fraction !== null && <Bar label={`Copying of ${path}`} fraction={fraction} note="Copying" />}
      {note && <p className="file__doubt">{note}</p>}
      {isDeciding ? (
        <Decide arrival={arrival} onClose={() => setDeciding(false)} />
      ) : (
        <Orders arrival={arrival} onDecide={() => setDeciding(true)} />
      )}
    </li>
  );
}

function Places({ places }: { places: Arrivals["places"] }) {
  const look = useMutation({
    mutationFn: () => call(`${ROOT}/look`, { method: "POST" }),
    onSuccess: again,
  });
  if (places.length === 0) {
    return (
      <Note title="Nothing is watched">
        Name folders or buckets in MATINEE_CATALOG_WATCHED; films that arrive there are taken in by
        themselves.
      </Note>
    );
  }
  return (
    <>
      <ul className="places" aria-label="Watched places">
        {places.map(({ url, problem }) => (
          <li key={url}>
            <code>{url}</code>
            {problem ? (
              <span className="studio__error">{problem}</span>
            ) : (
              <span className="muted">is being watched</span>
            )}
          </li>
        ))}
      </ul>
      <Button small icon="replay" busy={look.isPending} onClick={() => look.mutate()}>
        Look now
      </Button>
      {look.error && <Alert>{sentenceOf(look.error)}</Alert>}
    </>
  );
}

/** Films below a prefix of a bucket, taken in once; for owners, as the service’s own keys read it. */
function Import() {
  const session = useSession();
  const importing = useMutation({
    mutationFn: (url: string) => call(`${ROOT}/import`, { method: "POST", body: { url } }),
    onSuccess: again,
  });
  if (session.status !== "signed_in" || !hasRole(session.account, [])) return null;
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!importing.isPending) importing.mutate(textOf(new FormData(event.currentTarget), "url"));
  };
  return (
    <>
      <h2 className="studio__sub">Import from a bucket</h2>
      <form className="form studio__form" aria-label="Import from a bucket" onSubmit={submit}>
        <Field
          label="Address"
          name="url"
          required
          pattern="s3://.+"
          placeholder="s3://films/to-import"
          hint="Everything below it is looked through once, with the service’s own keys."
        />
        {importing.error && <Alert>{sentenceOf(importing.error)}</Alert>}
        <div className="studio__buttons">
          <Button type="submit" busy={importing.isPending}>
            Import
          </Button>
          {importing.isSuccess && <span className="studio__saved">Its files stand below.</span>}
        </div>
      </form>
    </>
  );
}

function Board({ board: { places, arrivals, counts } }: { board: Arrivals }) {
  const count = Object.values(counts).reduce((sum, one) => sum + one, 0);
  return (
    <>
      <Places places={places} />
      <Import />
      {arrivals.length > 0 && (
        <>
          <h2 className="studio__sub">Files</h2>
          <ul className="arrivals" aria-label="Files in watched places">
            {arrivals.map((arrival) => (
              <ArrivalItem key={arrival.id} arrival={arrival} />
            ))}
          </ul>
          {count > arrivals.length && (
            <p className="muted">
              The first {arrivals.length} of {count} files are shown.
            </p>
          )}
        </>
      )}
    </>
  );
}

export function ArrivalsPage() {
  const { data, error, refetch } = useQuery(arrivalsQuery);
  return (
    <>
      <PageHeading>Arrivals</PageHeading>
      {data ? (
        <Board board={data} />
      ) : error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : (
        <Loading what="arrivals">
          <div className="studio__skeleton skeleton" />
        </Loading>
      )}
    </>
  );
}
