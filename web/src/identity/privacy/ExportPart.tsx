import { useMutation, useQuery } from "@tanstack/react-query";
import { ask, call } from "../../api/client";
import { sentenceOf } from "../../api/problem";
import { queryClient } from "../../api/queries";
import { saveFile } from "../../billing/saveFile";
import { Button } from "../../design/Button";
import { Alert } from "../../design/Field";
import { Failure, LoadingPart } from "../../design/States";
import type { Export } from "../messages";
import { exportsQuery } from "../queries";
import { dayWords, momentWords, sizeWords } from "../wording";

const EXPORTS = "/api/identity/privacy/exports";

function useArchive() {
  return useMutation({
    mutationFn: async ({ id, asked_at }: Export) => {
      const answer = await ask(`${EXPORTS}/${id}/archive`, { timeout_s: 300 });
      saveFile(await answer.blob(), `matinee-${asked_at.slice(0, 10)}.zip`);
    },
  });
}

const STATE: Record<Export["state"], string> = {
  waiting: "Being put together. You can leave this page.",
  failed: "This one could not be put together. Ask for another.",
  ready: "Ready.",
};

function ExportRow({ one }: { one: Export }) {
  const archive = useArchive();
  const isReady = one.state === "ready";
  return (
    <li className="line">
      <span className="line__words">
        <strong>Asked for on {momentWords(one.asked_at)}</strong>
        <span className="muted" role="status">
          {STATE[one.state]}
          {isReady && ` It stays until ${dayWords(one.expires_at)}.`}
        </span>
        {archive.error && <Alert>{sentenceOf(archive.error)}</Alert>}
      </span>
      {isReady && (
        <Button icon="upload" busy={archive.isPending} onClick={() => archive.mutate(one)}>
          Save ({sizeWords(one.size_bytes)})
        </Button>
      )}
    </li>
  );
}

export function ExportPart() {
  const { data, error, refetch } = useQuery(exportsQuery);
  const begin = useMutation({
    mutationFn: () => call<Export>(EXPORTS, { method: "POST", body: {} }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: exportsQuery.queryKey }),
  });
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <LoadingPart />;
  const isWaiting = data.some(({ state }) => state === "waiting");
  return (
    <div className="part">
      <p className="muted">
        Everything that is kept of you, in one archive: profiles, history, lists, invoices, devices.
        As tables to read and as JSON for other programs.
      </p>
      {data.length > 0 && (
        <ul className="lines" aria-label="Archives">
          {data.map((one) => (
            <ExportRow key={one.id} one={one} />
          ))}
        </ul>
      )}
      {begin.error && <Alert>{sentenceOf(begin.error)}</Alert>}
      {!isWaiting && (
        <Button busy={begin.isPending} onClick={() => begin.mutate()}>
          Put my data together
        </Button>
      )}
    </div>
  );
}
