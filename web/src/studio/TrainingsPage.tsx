// What viewers are recommended by: the training in service, those before it, and going back.
import "./curves.css";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { call } from "../api/client";
import type { TrainingRow, Trainings } from "../api/messages";
import { sentenceOf } from "../api/problem";
import { queryClient } from "../api/queries";
import { PageHeading } from "../app/pageFocus";
import { Button } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { Alert } from "../design/Field";
import { Failure, Loading, Note } from "../design/States";
import { CurveChart } from "./CurveChart";
import { timeWords } from "./encodeReport";
import { trainingsQuery } from "./queries";
import { TableFrame, TableHead } from "./TableFrame";
import {
  BADGES,
  countWords,
  historyCurve,
  markWords,
  momentWords,
  nameOf,
  STATES,
} from "./trainings";

const PATH = "/api/recommendations/trainings";
const renew = () => queryClient.invalidateQueries({ queryKey: trainingsQuery.queryKey });

interface AskProps {
  row: TrainingRow;
  onClose: () => void;
}

function AskToReturn({ row, onClose }: AskProps) {
  const back = useMutation({
    mutationFn: () =>
      call<TrainingRow>(`${PATH}/roll-back`, { method: "POST", body: { version: row.version } }),
    onSuccess: onClose,
    onSettled: renew,
  });
  return (
    <Dialog
      title={`Go back to training ${row.version}?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button look="primary" busy={back.isPending} onClick={() => back.mutate()}>
            Go back
          </Button>
        </>
      }
    >
      <p className="muted">
        Pages are made with it from the next visit on. Trainings go on, but none is published until
        you resume that here.
      </p>
      {back.error && <Alert>{sentenceOf(back.error)}</Alert>}
    </Dialog>
  );
}

function Held({ since }: { since: string }) {
  const resume = useMutation({
    mutationFn: () => call(`${PATH}/resume`, { method: "POST" }),
    onSettled: renew,
  });
  return (
    <>
      <div className="studio__remark training__held">
        <p>
          Publishing is paused since {momentWords(since)}: somebody went back to an earlier
          training.
        </p>
        <Button small look="primary" busy={resume.isPending} onClick={() => resume.mutate()}>
          Resume publishing
        </Button>
      </div>
      {resume.error && <Alert>{sentenceOf(resume.error)}</Alert>}
    </>
  );
}

function TrainNow({ running }: { running: boolean }) {
  const order = useMutation({
    mutationFn: () => call(PATH, { method: "POST", body: {} }),
    onSettled: renew,
  });
  return (
    <>
      <Button
        look="primary"
        icon="replay"
        busy={order.isPending || running}
        onClick={() => order.mutate()}
      >
        {running ? "Training…" : "Train now"}
      </Button>
      {order.isSuccess && !running && (
        <span className="studio__saved" role="status">
          A worker is asked to train.
        </span>
      )}
      {order.error && <Alert>{sentenceOf(order.error)}</Alert>}
    </>
  );
}

function Row({ row, ask }: { row: TrainingRow; ask: () => void }) {
  return (
    <tr>
      <th scope="row">
        <Link href={`/studio/recommendations/${row.version}`}>{nameOf(row)}</Link>
      </th>
      <td>
        <span className={`badge badge--${row.in_service ? "published" : BADGES[row.state]}`}>
          {row.in_service ? "In service" : STATES[row.state]}
        </span>
      </td>
      <td>{momentWords(row.started_at)}</td>
      <td className="table__number">{timeWords(row.duration_s)}</td>
      <td className="table__number">{countWords(row.plays)}</td>
      <td className="table__number">{row.ndcg_10 === null ? "–" : markWords(row.ndcg_10)}</td>
      <td className="training__why">{row.verdict}</td>
      <td>
        {row.can_return && (
          <Button small onClick={ask} aria-label={`Go back to training ${row.version}`}>
            Go back
          </Button>
        )}
      </td>
    </tr>
  );
}

const COLUMNS = ["Training", "State", "Begun", "Took", "Plays", "NDCG@10", "Why"];
const NUMBERS = ["Took", "Plays", "NDCG@10"];

function Table({ rows }: { rows: readonly TrainingRow[] }) {
  const [asked, setAsked] = useState<TrainingRow | null>(null);
  return (
    <>
      <TableFrame label="Trainings">
        <table className="table table--numbers">
          <TableHead names={COLUMNS} numbers={NUMBERS} acts />
          <tbody>
            {rows.map((row) => (
              <Row key={row.version} row={row} ask={() => setAsked(row)} />
            ))}
          </tbody>
        </table>
      </TableFrame>
      {asked && <AskToReturn row={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

function Account({ trainings, held_since }: Trainings) {
  const curves = historyCurve(trainings);
  return (
    <>
      {held_since !== null && <Held since={held_since} />}
      <div className="studio__buttons">
        <TrainNow running={trainings.some(({ state }) => state === "running")} />
      </div>
      {curves.length > 0 && (
        <>
          <h2 className="studio__sub">From training to training</h2>
          <CurveChart
            curves={curves}
            summary="How well each training foretold the last days. The table below holds the numbers."
            across="Training"
            upwards="NDCG@10"
            xWords={countWords}
            yWords={markWords}
          />
        </>
      )}
      <h2 className="studio__sub">Trainings</h2>
      {trainings.length === 0 ? (
        <Note title="Nothing was trained yet">
          The first training begins by itself, seconds after the first title is published.
        </Note>
      ) : (
        <Table rows={trainings} />
      )}
    </>
  );
}

export function TrainingsPage() {
  const { data, error, refetch } = useQuery(trainingsQuery);
  return (
    <>
      <PageHeading>Recommendations</PageHeading>
      <p className="muted studio__lead">
        What pages are made with. A training is published only if it foretells what viewers watched
        on the last days no worse than the one in service.
      </p>
      {data ? (
        <Account {...data} />
      ) : error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : (
        <Loading what="trainings">
          <div className="studio__skeleton skeleton" />
        </Loading>
      )}
    </>
  );
}
