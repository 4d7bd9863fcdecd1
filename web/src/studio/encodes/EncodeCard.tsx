// One encode: how far it is, what it makes of the film, and what can be done about it.
import { useMutation, useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Link } from "wouter";
import { call } from "../../api/client";
import type { EncodeEntry } from "../../api/messages";
import { Problem, sentenceOf } from "../../api/problem";
import { queryClient } from "../../api/queries";
import { Button, LinkButton } from "../../design/Button";
import { Alert, Choice } from "../../design/Field";
import { Picture } from "../../design/Picture";
import { Bar } from "../Bar";
import { CODEC_ORDER, CODECS } from "../encodeReport";
import { isRunning, STAGES, type Stage } from "../encodeStages";
import { HullChart } from "../HullChart";
import {
  leftWords,
  placeWords,
  PRIORITIES,
  reportSoFar,
  rungWords,
  savedWords,
  type Priority,
} from "./encodeWords";
import { encodeOutlookQuery } from "./queries";

const BADGES: Partial<Record<Stage, string>> = { done: "badge--up", failed: "badge--failed" };

/** The rungs that were chosen, as steps: the wider, the more bits. */
function Ladder({ planned }: { planned: EncodeEntry["planned"] }) {
  const most_bps = Math.max(...planned.map(({ bitrate_bps }) => bitrate_bps));
  const codecs = CODEC_ORDER.filter((codec) => planned.some((rung) => rung.codec === codec));
  return (
    <div className="ladder">
      {codecs.map((codec) => (
        <div key={codec} className={`ladder__codec hull__${codec}`}>
          <span className="ladder__name">{CODECS[codec]}</span>
          <ol className="ladder__rungs" aria-label={`${CODECS[codec]} ladder`}>
            {planned
              .filter((rung) => rung.codec === codec)
              .map((rung) => (
                <li key={rung.name}>
                  <span
                    className="ladder__rung"
                    aria-hidden="true"
                    style={{ inlineSize: `${Math.max(2, (rung.bitrate_bps / most_bps) * 100)}%` }}
                  />
                  <span className="ladder__words">{rungWords(rung)}</span>
                </li>
              ))}
          </ol>
        </div>
      ))}
    </div>
  );
}

function Outlook({ entry }: { entry: EncodeEntry }) {
  const running = isRunning(entry.progress);
  const { data, error } = useQuery(encodeOutlookQuery(entry.title_id, running));
  if (data) return <HullChart report={reportSoFar(data)} />;
  if (error instanceof Problem && error.status === 404) {
    return <p className="muted">{error.message}</p>;
  }
  return error ? <Alert>{sentenceOf(error)}</Alert> : <div className="skeleton encode__skeleton" />;
}

/** What is told of the film once its samples were encoded. */
function Findings({ entry }: { entry: EncodeEntry }) {
  const [isOpen, setOpen] = useState(false);
  const { planned, remarks, saved } = entry;
  const savings = savedWords(saved);
  return (
    <>
      {remarks.length > 0 && (
        <ul className="encode__remarks" aria-label={`Remarks on ${entry.name}`}>
          {remarks.map((remark) => (
            <li key={remark}>{remark}</li>
          ))}
        </ul>
      )}
      {planned.length > 0 && <Ladder planned={planned} />}
      {savings && (
        <p className="studio__aside">Bits at the same quality as a fixed ladder: {savings}.</p>
      )}
      {planned.length > 0 && (
        <details className="studio__more" onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>What was tried for {entry.name}, as a picture</summary>
          {isOpen && <Outlook entry={entry} />}
        </details>
      )}
    </>
  );
}

interface Order {
  path: "encode" | "encode/stop" | "encode/priority";
  priority?: Priority;
}

function useOrder(titleId: string) {
  return useMutation({
    mutationFn: ({ path, priority }: Order) =>
      call(`/api/catalog/studio/titles/${titleId}/${path}`, {
        method: priority ? "PUT" : "POST",
        ...(priority && { body: { priority } }),
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["studio"] }),
  });
}

function Orders({ entry, onOrder, busy }: OrdersProps) {
  const running = isRunning(entry.progress);
  return (
    <div className="encode__orders">
      {running ? (
        <>
          <Choice
            label={`Turn of ${entry.name}`}
            value={entry.priority}
            options={PRIORITIES}
            onChange={(event) =>
              onOrder({ path: "encode/priority", priority: event.target.value as Priority })
            }
          />
          <Button
            small
            icon="close"
            busy={busy}
            aria-label={`Stop encoding ${entry.name}`}
            onClick={() => onOrder({ path: "encode/stop" })}
          >
            Stop
          </Button>
        </>
      ) : (
        <Button
          small
          icon="replay"
          busy={busy}
          aria-label={`Encode again: ${entry.name}`}
          onClick={() => onOrder({ path: "encode" })}
        >
          Encode again
        </Button>
      )}
      {entry.progress.stage === "done" && (
        <LinkButton small icon="chart" to={`/studio/titles/${entry.title_id}/report`}>
          Report
        </LinkButton>
      )}
    </div>
  );
}

interface OrdersProps {
  entry: EncodeEntry;
  onOrder: (order: Order) => void;
  busy: boolean;
}

function Stages({ entry }: { entry: EncodeEntry }) {
  const stages = entry.progress.stages ?? [];
  if (stages.length === 0) return null;
  return (
    <ol className="encode__stages" aria-label={`Stages of ${entry.name}`}>
      {stages.map(({ stage, fraction }) => (
        <li key={stage} className={fraction >= 1 ? "studio__stage-done" : undefined}>
          <Bar
            small
            label={`${STAGES[stage]}: ${entry.name}`}
            fraction={fraction}
            note={STAGES[stage]}
          />
        </li>
      ))}
    </ol>
  );
}

function Course({ entry }: { entry: EncodeEntry }) {
  const { progress, place, left_s } = entry;
  if (progress.stage === "failed") {
    return <p className="studio__error">{progress.error ?? "Encoding failed. Try again."}</p>;
  }
  if (!isRunning(progress)) return null;
  const turn =
    place !== null && progress.stage === "queued" ? `, number ${place} in the queue` : "";
  const note = `${STAGES[progress.stage]}${turn}${progress.playable ? ", playable already" : ""}`;
  return (
    <>
      <Bar label={`Encoding of ${entry.name}`} fraction={progress.fraction} note={note} />
      <p className="encode__left">{leftWords(left_s)}</p>
      <Stages entry={entry} />
    </>
  );
}

export function EncodeCard({ entry }: { entry: EncodeEntry }) {
  const id = useId();
  const order = useOrder(entry.title_id);
  return (
    <li className="encode" aria-labelledby={id}>
      <Picture src={entry.poster} seed={entry.title_id} className="studio__poster" />
      <div className="encode__words">
        <h3 id={id} className="encode__name">
          <Link href={`/studio/titles/${entry.title_id}`}>{entry.name}</Link>
          {!isRunning(entry.progress) && (
            <span className={`badge ${BADGES[entry.progress.stage] ?? ""}`}>
              {STAGES[entry.progress.stage]}
            </span>
          )}
        </h3>
        <p className="studio__facts">{placeWords(entry)}</p>
        <Course entry={entry} />
        <Findings entry={entry} />
        {order.error && <Alert>{sentenceOf(order.error)}</Alert>}
      </div>
      <Orders entry={entry} busy={order.isPending} onOrder={(given) => order.mutate(given)} />
    </li>
  );
}
