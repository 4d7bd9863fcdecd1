// A title's film and its encode: how far it is, stage by stage; stopping it, and doing it again.
import { useMutation } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { call } from "../api/client";
import type { StudioTitle } from "../api/messages";
import { sentenceOf } from "../api/problem";
import { queryClient } from "../api/queries";
import { Button, LinkButton } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { Alert } from "../design/Field";
import { Bar } from "./Bar";
import { isRunning, STAGES } from "./encodeStages";
import { FilePicker } from "./FilePicker";
import { Progress } from "./Progress";
import { useAmends } from "./title/useChange";
import { startUpload, useUpload } from "./uploads";

type Order = "encode" | "encode/stop";

interface Question {
  title: string;
  text: string;
  yes: string;
  no: string;
}

function questionOf(order: Order, name: string, playable: boolean): Question {
  if (order === "encode/stop") {
    return {
      title: `Stop encoding ${name}?`,
      text: playable
        ? "What can be played now stays and can be watched. The better qualities that are being made are dropped."
        : "The film stays here, but nobody can watch it until it is encoded again from the start.",
      yes: "Stop encoding",
      no: "Go on",
    };
  }
  return {
    title: `Encode ${name} again?`,
    text: playable
      ? "It takes as long as the first time. Viewers go on watching what is there; the new streams take its place once they are whole."
      : "It begins from the start, from the file that was uploaded.",
    yes: "Encode again",
    no: "Leave it",
  };
}

interface AskProps extends Question {
  busy: boolean;
  onYes: () => void;
  onClose: () => void;
}

function Ask({ title, text, yes, no, busy, onYes, onClose }: AskProps) {
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{no}</Button>
          <Button look="primary" busy={busy} onClick={onYes}>
            {yes}
          </Button>
        </>
      }
    >
      <p className="muted">{text}</p>
    </Dialog>
  );
}

/** A bar per stage, in the order in which they begin; they run side by side where they can. */
function Stages({ name, progress }: { name: string; progress: StudioTitle["progress"] }) {
  const stages = progress?.stages ?? [];
  if (!isRunning(progress) || stages.length === 0) return null;
  return (
    <ol className="studio__stages" aria-label={`Stages of ${name}`}>
      {stages.map(({ stage, fraction }) => (
        <li key={stage} className={fraction >= 1 ? "studio__stage-done" : undefined}>
          <Bar small label={`${STAGES[stage]}: ${name}`} fraction={fraction} note={STAGES[stage]} />
        </li>
      ))}
    </ol>
  );
}

interface OrdersProps {
  row: StudioTitle;
  ask: (order: Order) => void;
  stopping: boolean;
}

function Orders({ row: { title, progress }, ask, stopping }: OrdersProps): ReactNode {
  const running = isRunning(progress);
  return (
    <div className="studio__buttons">
      {running && (
        <Button small icon="close" busy={stopping} onClick={() => ask("encode/stop")}>
          {stopping ? "Stopping…" : "Stop encoding"}
        </Button>
      )}
      {progress && !running && (
        <Button small icon="replay" onClick={() => ask("encode")}>
          Encode again
        </Button>
      )}
      {progress?.playable && (
        <LinkButton small icon="chart" to={`/studio/titles/${title.id}/report`}>
          Encode report
        </LinkButton>
      )}
    </div>
  );
}

export function EncodePanel({ row }: { row: StudioTitle }) {
  const { title, progress } = row;
  const uploading = useUpload(title.id);
  const proposed = useAmends(title.id);
  const [asked, setAsked] = useState<Order | null>(null);
  const give = useMutation({
    mutationFn: (order: Order) =>
      call<StudioTitle>(`/api/catalog/studio/titles/${title.id}/${order}`, { method: "POST" }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["studio"] }),
    onSettled: () => setAsked(null),
  });
  const stopping = give.isSuccess && give.variables === "encode/stop" && isRunning(progress);
  const question = asked && questionOf(asked, title.name, progress?.playable ?? false);
  const isUploading = uploading !== null && uploading.phase !== "done";
  return (
    <section className="studio__encode" aria-label="Film">
      <Progress titleId={title.id} name={title.name} progress={progress} />
      {!isUploading && <Stages name={title.name} progress={progress} />}
      <Orders row={row} ask={setAsked} stopping={stopping} />
      {give.error && <Alert>{sentenceOf(give.error)}</Alert>}
      <FilePicker
        label={title.height === null ? "Film file" : "Replace the film file"}
        accept="video/*,.mkv,.mov,.mp4,.webm,.avi,.ts"
        hint={
          proposed
            ? "The upload begins as soon as a file is chosen. Viewers get it once it is approved."
            : "The upload begins as soon as a file is chosen."
        }
        onFile={(file) => file && void startUpload(title.id, file, proposed)}
      />
      {asked && question && (
        <Ask
          {...question}
          busy={give.isPending}
          onYes={() => give.mutate(asked)}
          onClose={() => setAsked(null)}
        />
      )}
    </section>
  );
}
