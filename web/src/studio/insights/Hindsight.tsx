// How often an alert would have fired lately, asked before it is set.
import { useMutation } from "@tanstack/react-query";
import { call } from "../../api/client";
import type { AlertHindsight, AlertLimits, Firing, Metric } from "../../api/messages";
import { sentenceOf } from "../../api/problem";
import { Button } from "../../design/Button";
import { Alert as Wrong } from "../../design/Field";
import { ReportTable, type Column } from "../ReportTable";
import { WrongDraftError } from "./alertDraft";
import { boundsWords, firedWords, lastedWords, whenWords } from "./hindsightWords";
import { valueWords } from "./units";

/** Weeks of facts are read; a busy machine takes its time. */
const TIMEOUT_S = 60;

const lookBack = (limits: AlertLimits) =>
  call<AlertHindsight>("/api/insights/studio/alerts/hindsight", {
    method: "POST",
    body: limits,
    timeout_s: TIMEOUT_S,
  });

const columnsOf = (metric: Metric): readonly Column<Firing>[] => [
  { name: "Fires", of: ({ fired_at }) => whenWords(fired_at) },
  { name: "Lasts", of: lastedWords },
  { name: "At worst", of: ({ worst }) => valueWords(metric.unit, worst), isNumber: true },
];

function Told({ told, metric }: { told: AlertHindsight; metric: Metric }) {
  return (
    <>
      <p>
        {firedWords(told)} {boundsWords(told, metric)}
      </p>
      {told.firings.length > 0 && (
        <details className="studio__more">
          <summary>When that was</summary>
          <ReportTable
            label="Times that it would have fired"
            columns={columnsOf(metric)}
            rows={told.firings}
            keyOf={({ fired_at }) => fired_at}
          />
          {told.fired > told.firings.length && (
            <p className="muted">The newest {told.firings.length} are shown.</p>
          )}
        </details>
      )}
    </>
  );
}

interface HindsightProps {
  metric: Metric;
  /** What the form says now; throws where that is no rule yet. */
  read: () => AlertLimits;
}

export function Hindsight({ metric, read }: HindsightProps) {
  const looking = useMutation({ mutationFn: async () => lookBack(read()) });
  const { data, error } = looking;
  return (
    <div className="hindsight">
      <Button small busy={looking.isPending} onClick={() => looking.mutate()}>
        How often would it have fired?
      </Button>
      <div role="status">{data && <Told told={data} metric={metric} />}</div>
      {error && (
        <Wrong>{error instanceof WrongDraftError ? error.message : sentenceOf(error)}</Wrong>
      )}
    </div>
  );
}
