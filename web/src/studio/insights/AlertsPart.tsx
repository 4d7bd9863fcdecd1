// Who is told when a figure goes beyond a limit: the alerts, and the times that they fired.
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/client";
import type { Alert, AlertEpisode, Metric } from "../../api/messages";
import { sentenceOf } from "../../api/problem";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Alert as Wrong } from "../../design/Field";
import { Failure, LoadingPart } from "../../design/States";
import { ReportTable, type Column } from "../ReportTable";
import { WebhooksPart } from "../webhooks/WebhooksPart";
import { AlertForm, sendAlert } from "./AlertForm";
import { LASTING, pausedOf, ruleWords } from "./alertDraft";
import { alertHistoryQuery, alertsQuery, metricsQuery, renewAlerts } from "./queries";
import { valueWords } from "./units";

const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const when = (moment: string): string => MOMENT.format(Date.parse(moment));

const STATES: Record<Alert["state"], readonly [name: string, badge: string]> = {
  firing: ["Fires", "badge--failed"],
  pending: ["Beyond the limit", "badge--processing"],
  fine: ["Fine", "badge--published"],
  paused: ["Paused", ""],
};

const lastingWords = (lasting_s: number): string =>
  lasting_s === 0
    ? "at once"
    : `after ${LASTING.find(([one]) => one === lasting_s)?.[1] ?? `${lasting_s / 60} minutes`}`;

const toldWords = ({ emails, tells_webhooks }: Alert): string =>
  [...emails, ...(tells_webhooks ? ["webhooks"] : [])].join(", ") || "nobody";

/** Asks before an alert goes. */
function Removal({ alert, close }: { alert: Alert; close: () => void }) {
  const removing = useMutation({
    mutationFn: () => call(`/api/insights/studio/alerts/${alert.id}`, { method: "DELETE" }),
    onSuccess: async () => {
      close();
      await renewAlerts();
    },
  });
  return (
    <Dialog
      title={`Remove ${alert.name}?`}
      onClose={close}
      actions={
        <>
          <Button look="danger" busy={removing.isPending} onClick={() => removing.mutate()}>
            Remove
          </Button>
          <Button onClick={close}>Leave it</Button>
        </>
      }
    >
      <p>Nobody is told any more. The times that it fired stay in the history.</p>
      {removing.error && <Wrong>{sentenceOf(removing.error)}</Wrong>}
    </Dialog>
  );
}

interface AlertRowProps {
  alert: Alert;
  metrics: readonly Metric[];
}

function AlertButtons({ alert, edit }: { alert: Alert; edit: () => void }) {
  const [isLeaving, setLeaving] = useState(false);
  const isPaused = alert.state === "paused";
  const pausing = useMutation({
    mutationFn: () => sendAlert(pausedOf(alert, !isPaused), alert.id),
    onSettled: renewAlerts,
  });
  const trying = useMutation({
    mutationFn: () => call(`/api/insights/studio/alerts/${alert.id}/trial`, { method: "POST" }),
  });
  const error = pausing.error ?? trying.error;
  const of = <span className="unseen"> {alert.name}</span>;
  return (
    <>
      <div className="studio__buttons">
        <Button small onClick={edit}>
          Change{of}
        </Button>
        <Button small busy={pausing.isPending} onClick={() => pausing.mutate()}>
          {isPaused ? "Go on with" : "Pause"}
          {of}
        </Button>
        <Button small busy={trying.isPending} onClick={() => trying.mutate()}>
          Try{of}
        </Button>
        <Button small onClick={() => setLeaving(true)}>
          Remove{of}
        </Button>
        <span role="status" className="studio__saved">
          {trying.isSuccess ? "Trial sent" : ""}
        </span>
      </div>
      {error && <Wrong>{sentenceOf(error)}</Wrong>}
      {isLeaving && <Removal alert={alert} close={() => setLeaving(false)} />}
    </>
  );
}

function AlertRow({ alert, metrics }: AlertRowProps) {
  const [isEdited, setEdited] = useState(false);
  const metric = metrics.find(({ id }) => id === alert.metric);
  const [state, badge] = STATES[alert.state];
  const value = metric && valueWords(metric.unit, alert.value);
  return (
    <li className="alert-rule">
      <div className="alert-rule__head">
        <strong>{alert.name}</strong>
        <span className={`badge ${badge}`}>{state}</span>
      </div>
      <p>
        {ruleWords(alert, metric)}, {lastingWords(alert.lasting_s)}.
      </p>
      <p className="muted">
        {alert.looked_at ? `Now ${value ?? "–"}. ` : ""}
        {alert.since ? `Beyond the limit since ${when(alert.since)}. ` : ""}
        Tells {toldWords(alert)}.
      </p>
      {isEdited ? (
        <AlertForm metrics={metrics} alert={alert} done={() => setEdited(false)} />
      ) : (
        <AlertButtons alert={alert} edit={() => setEdited(true)} />
      )}
    </li>
  );
}

const ENDINGS: Record<NonNullable<AlertEpisode["ending"]>, string> = {
  recovered: "came back",
  silent: "nothing left to measure",
  changed: "alert was changed",
};

function lettersWords({ letters }: AlertEpisode): string {
  const waiting = letters.filter(({ sent_at, next_at }) => !sent_at && next_at).length;
  const lost = letters.filter(({ sent_at, next_at }) => !sent_at && !next_at).length;
  const sent = letters.length - waiting - lost;
  const told = [
    `${sent} sent`,
    waiting > 0 && `${waiting} waiting`,
    lost > 0 && `${lost} not taken`,
  ];
  return letters.length === 0 ? "–" : told.filter((part) => part !== false).join(", ");
}

const columnsOf = (metrics: readonly Metric[]): readonly Column<AlertEpisode>[] => {
  const metricOf = (episode: AlertEpisode) => metrics.find(({ id }) => id === episode.metric);
  return [
    { name: "Alert", of: (episode) => episode.name },
    { name: "Fired", of: (episode) => when(episode.fired_at) },
    {
      name: "Over",
      of: ({ ended_at, ending }) =>
        ended_at ? `${when(ended_at)}${ending ? `, ${ENDINGS[ending]}` : ""}` : "Fires still",
    },
    { name: "When", of: (episode) => ruleWords(episode, metricOf(episode)) },
    {
      name: "At worst",
      of: (episode) => {
        const metric = metricOf(episode);
        return metric ? valueWords(metric.unit, episode.worst) : `${episode.worst}`;
      },
      isNumber: true,
    },
    { name: "Letters", of: lettersWords },
  ];
};

function History({ metrics }: { metrics: readonly Metric[] }) {
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(alertHistoryQuery);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <LoadingPart />;
  const rows = data.pages.flatMap(({ episodes }) => episodes);
  if (rows.length === 0) return <p className="muted">No alert has fired yet.</p>;
  return (
    <>
      <ReportTable
        label="Times that alerts fired"
        columns={columnsOf(metrics)}
        rows={rows}
        keyOf={({ id }) => id}
      />
      {hasNextPage && <Button onClick={() => void fetchNextPage()}>Show older</Button>}
    </>
  );
}

export function AlertsPart() {
  const alerts = useQuery(alertsQuery);
  const metrics = useQuery(metricsQuery);
  const error = alerts.error ?? metrics.error;
  if (error) {
    const again = () => void Promise.all([alerts.refetch(), metrics.refetch()]);
    return <Failure error={error} retry={again} />;
  }
  if (!alerts.data || !metrics.data) return <LoadingPart />;
  const known = metrics.data.metrics;
  const rows = alerts.data.alerts;
  return (
    <>
      {rows.length === 0 && <p className="muted">No alert is set.</p>}
      <ul className="alert-rules" aria-label="Alerts">
        {rows.map((alert) => (
          <AlertRow key={alert.id} alert={alert} metrics={known} />
        ))}
      </ul>
      <AlertForm metrics={known} />
      <h2 className="studio__sub">History</h2>
      <History metrics={known} />
      <h2 className="studio__sub">Webhooks</h2>
      <WebhooksPart of="insights" />
    </>
  );
}
