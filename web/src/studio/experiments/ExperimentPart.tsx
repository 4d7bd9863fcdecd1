import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { PageHeading } from "../../app/pageFocus";
import { Button } from "../../design/Button";
import { Alert } from "../../design/Field";
import { Failure, LoadingPart } from "../../design/States";
import { hasRole, useSession } from "../../session/session";
import { ReportTable, type Column } from "../ReportTable";
import { AskDialog } from "./AskDialog";
import { BandChart } from "./BandChart";
import { adopt, begin, end, remove, stop, type Deed } from "./deeds";
import type { Estimate, Experiment, ExperimentReport, Measure } from "./messages";
import { experimentQuery, tablesQuery } from "./queries";
import {
  bandsOf,
  countWords,
  differenceWords,
  layerName,
  momentWords,
  readingBadge,
  readingWords,
  settingsWords,
  shareWords,
  STATES,
  valueWords,
} from "./readings";

type Variant = Experiment["variants"][number];

interface PartProps {
  report: ExperimentReport;
  measures: readonly Measure[];
  ask: ((deed: Deed) => void) | null;
}

function Acts({ report: { experiment }, ask }: PartProps) {
  if (!ask) return null;
  return (
    <div className="studio__buttons">
      {experiment.state === "draft" && (
        <Button look="primary" icon="play" onClick={() => ask(begin(experiment))}>
          Begin
        </Button>
      )}
      {experiment.state === "running" ? (
        <Button onClick={() => ask(end(experiment))}>End</Button>
      ) : (
        <Button look="danger" icon="trash" onClick={() => ask(remove(experiment))}>
          Remove
        </Button>
      )}
    </div>
  );
}

function Variants({ report: { experiment, exposures }, ask }: PartProps) {
  const shownOf = (key: string) => exposures.find(({ variant }) => variant === key);
  const columns: readonly Column<Variant>[] = [
    { name: "Variant", of: ({ name }) => name },
    { name: "Turns", of: ({ settings }) => settingsWords(settings ?? {}) },
    { name: "Weight", of: ({ weight }) => `${weight ?? 1}`, isNumber: true },
    { name: "Shown to", of: ({ key }) => countWords(shownOf(key)?.shown ?? 0), isNumber: true },
    { name: "Counted", of: ({ key }) => countWords(shownOf(key)?.counted ?? 0), isNumber: true },
    {
      name: "State",
      of: ({ stopped_at, stopped_why }) =>
        stopped_at ? `Stopped ${momentWords(stopped_at)}. ${stopped_why ?? ""}` : "",
    },
  ];
  const [first] = experiment.variants;
  return (
    <ReportTable<Variant>
      label="Variants"
      columns={columns}
      rows={experiment.variants}
      keyOf={({ key }) => key}
      {...(ask && {
        act: ({ key, name, stopped_at }: Variant) =>
          experiment.state === "ended" ? (
            <Button
              small
              aria-label={`Adopt ${name}`}
              onClick={() => ask(adopt(experiment, key, name))}
            >
              Adopt
            </Button>
          ) : (
            experiment.state === "running" &&
            key !== first?.key &&
            !stopped_at && (
              <Button
                small
                aria-label={`Stop ${name}`}
                onClick={() => ask(stop(experiment, key, name))}
              >
                Stop
              </Button>
            )
          ),
      })}
    />
  );
}

function Found({ report, measure }: { report: ExperimentReport; measure: Measure }) {
  const { experiment, estimates } = report;
  const rows = estimates.filter((one) => one.measure === measure.name);
  const nameOf = ({ variant }: Estimate) =>
    experiment.variants.find(({ key }) => key === variant)?.name ?? variant;
  const of = (value: number | null, words: (value: number, measure: Measure) => string) =>
    value === null ? "–" : words(value, measure);
  const columns: readonly Column<Estimate>[] = [
    { name: "Variant", of: nameOf },
    { name: "Profiles", of: ({ profiles }) => countWords(profiles), isNumber: true },
    { name: "Mean", of: ({ mean }) => of(mean, valueWords), isNumber: true },
    { name: "Difference", of: (one) => of(one.difference, differenceWords), isNumber: true },
    { name: "At least", of: ({ low }) => of(low, differenceWords), isNumber: true },
    { name: "At most", of: ({ high }) => of(high, differenceWords), isNumber: true },
  ];
  const first = experiment.variants[0]?.key;
  return (
    <section className="measure" aria-label={measure.label}>
      <h3>
        {measure.label}
        {experiment.outcome === measure.name && <span className="badge">Decides</span>}
        {measure.is_guard && <span className="badge">Guarded</span>}
      </h3>
      <details className="studio__more">
        <summary>What it is</summary>
        <p className="muted">{measure.sentence}.</p>
      </details>
      <ReportTable
        label={`${measure.label} by variant`}
        columns={columns}
        rows={rows}
        keyOf={({ variant }) => variant}
        act={(one) =>
          one.variant !== first && (
            <span className={`badge badge--${readingBadge(one, measure)}`}>
              {readingWords(one, measure)}
            </span>
          )
        }
      />
    </section>
  );
}

function Bands({ report: { experiment, looks }, measures }: PartProps) {
  const measure = measures.find(({ name }) => name === experiment.outcome);
  if (!measure) return null;
  return (
    <>
      {experiment.variants.slice(1).map(({ key, name }) => (
        <BandChart key={key} bands={bandsOf(looks, key)} measure={measure} variant={name} />
      ))}
    </>
  );
}

function Facts({ experiment }: { experiment: Experiment }) {
  const { state, layer, share, started_at, ended_at, ended_why, alpha } = experiment;
  const facts = [
    layerName(layer),
    `${shareWords(share ?? 1)} of profiles`,
    `wrong at most ${shareWords(alpha ?? 0.05)} of the time`,
    started_at ? `begun ${momentWords(started_at)}` : "",
    ended_at ? `ended ${momentWords(ended_at)}: ${ended_why}` : "",
  ];
  return (
    <p className="studio__facts experiment__facts">
      <span className={`badge badge--${STATES[state].badge}`}>{STATES[state].name}</span>
      {facts.filter(Boolean).join(" · ")}
    </p>
  );
}

function Report({ report, measures }: Omit<PartProps, "ask">) {
  const session = useSession();
  const [deed, setDeed] = useState<Deed | null>(null);
  const { experiment, lopsided } = report;
  const decides = session.status === "signed_in" && hasRole(session.account, ["publisher"]);
  const ask = decides ? setDeed : null;
  const part = { report, measures, ask };
  return (
    <>
      <div className="studio__head">
        <PageHeading>{experiment.name}</PageHeading>
        <Acts {...part} />
      </div>
      <Facts experiment={experiment} />
      {experiment.hypothesis && <p className="studio__lead">{experiment.hypothesis}</p>}
      {lopsided && (
        <Alert>
          Profiles do not fall to the variants as they should. Something is broken on the way, so no
          number here means anything: end it, and look for what loses them.
        </Alert>
      )}
      <h2 className="studio__sub">Variants</h2>
      <Variants {...part} />
      {experiment.state !== "draft" && (
        <>
          <h2 className="studio__sub">What is known</h2>
          <p className="muted studio__lead">
            You may look at any time and end when you like: the bounds hold at every moment at once.
          </p>
          <Bands {...part} />
          {measures.map((measure) => (
            <Found key={measure.name} report={report} measure={measure} />
          ))}
        </>
      )}
      {deed && <AskDialog deed={deed} onClose={() => setDeed(null)} />}
    </>
  );
}

/** One experiment: its variants, and what is known of them now. */
export function ExperimentPart({ id }: { id: string }) {
  const report = useQuery(experimentQuery(id));
  const tables = useQuery(tablesQuery);
  const error = report.error ?? tables.error;
  if (error) return <Failure error={error} retry={() => void report.refetch()} />;
  if (!report.data || !tables.data) return <LoadingPart />;
  return <Report report={report.data} measures={tables.data.measures} />;
}
