// What the newest encode of a title chose, what it reached and what it took.
import "./report.css";
import { useQuery } from "@tanstack/react-query";
import type { EncodeReport, StudioTitle } from "../api/messages";
import { Problem } from "../api/problem";
import { NotFound } from "../app/NotFound";
import { PageHeading } from "../app/pageFocus";
import { LinkButton } from "../design/Button";
import { Failure, Loading, Note } from "../design/States";
import {
  AIM_TOLERANCE,
  bitrateWords,
  CODECS,
  hitsOf,
  linesOf,
  ordered,
  percentWords,
  rangeWords,
  savingsOf,
  stageShares,
  timeWords,
  vmafWords,
} from "./encodeReport";
import { HullChart } from "./HullChart";
import { encodeReportQuery, studioTitleQuery } from "./queries";
import { ReportTable, type Column } from "./ReportTable";
import { Figures } from "./Figures";

type Rung = EncodeReport["rungs"][number];
type Trial = EncodeReport["trials"][number];
type Figure = [name: string, value: string, meaning: string];

function figuresOf(report: EncodeReport): Figure[] {
  const { hit, aimed } = hitsOf(report.rungs);
  const cpu_s = report.stages.reduce((sum, stage) => sum + stage.cpu_s, 0);
  return [
    ...savingsOf(report).map(({ codec, share }): Figure => [
      `${CODECS[codec]} against the fixed ladder`,
      percentWords(Math.abs(share)),
      share >= 0 ? "fewer bits at the same quality" : "more bits at the same quality",
    ]),
    [
      "Rungs as good as aimed at",
      aimed === 0 ? "–" : `${hit} of ${aimed}`,
      `within ±${AIM_TOLERANCE} VMAF`,
    ],
    [
      "CPU time",
      timeWords(cpu_s),
      `${vmafWords(cpu_s / report.duration_s)} times the film’s length`,
    ],
  ];
}

const RUNG_COLUMNS: readonly Column<Rung>[] = [
  { name: "Rung", of: (rung) => `${CODECS[rung.codec]} ${linesOf(rung)}p` },
  { name: "Size", of: (rung) => `${rung.width} × ${rung.height}` },
  { name: "Range", of: rangeWords },
  { name: "Bitrate", of: (rung) => bitrateWords(rung.bitrate_bps), isNumber: true },
  { name: "CRF", of: (rung) => vmafWords(rung.crf), isNumber: true },
  { name: "VMAF", of: (rung) => vmafWords(rung.vmaf), isNumber: true },
  {
    name: "Aimed at",
    of: (rung) => (rung.vmaf_aim === null ? "–" : vmafWords(rung.vmaf_aim)),
    isNumber: true,
  },
  { name: "Worst 5 %", of: (rung) => vmafWords(rung.vmaf_low), isNumber: true },
  { name: "Encoded", of: (rung) => (rung.rounds === 1 ? "once" : `${rung.rounds} times`) },
];

const TRIAL_COLUMNS: readonly Column<Trial>[] = [
  { name: "Trial", of: (trial) => `${CODECS[trial.codec]} ${trial.lines}p` },
  { name: "CRF", of: (trial) => vmafWords(trial.crf), isNumber: true },
  { name: "Bitrate", of: (trial) => bitrateWords(trial.bitrate_bps), isNumber: true },
  { name: "VMAF", of: (trial) => vmafWords(trial.vmaf), isNumber: true },
  { name: "On the hull", of: (trial) => (trial.on_hull ? "yes" : "no") },
];

function Stages({ report }: { report: EncodeReport }) {
  return (
    <ul className="report__stages" aria-label="Time per stage">
      {stageShares(report).map(({ name, steps, cpu_s, wall_s, share }) => (
        <li key={name}>
          <span className="report__stage">{name}</span>
          <span className="report__share" aria-hidden="true">
            <span style={{ inlineSize: `${share * 100}%` }} />
          </span>
          <span className="report__time">
            {timeWords(cpu_s)} CPU, {percentWords(share)}
          </span>
          <span className="report__steps">
            {steps === 1 ? "1 step" : `${steps} steps`}, {timeWords(wall_s)} of workers’ time
          </span>
        </li>
      ))}
    </ul>
  );
}

function Account({ report }: { report: EncodeReport }) {
  const remarks = report.remarks ?? [];
  return (
    <>
      <Figures of={figuresOf(report)} />
      {remarks.length > 0 && (
        <ul className="studio__remark report__remarks" aria-label="Remarks">
          {remarks.map((remark) => (
            <li key={remark}>{remark}</li>
          ))}
        </ul>
      )}
      <h2 className="studio__sub">What was tried, and what was chosen</h2>
      <HullChart report={report} />
      <h2 className="studio__sub">Rungs</h2>
      <ReportTable
        label="Rungs"
        columns={RUNG_COLUMNS}
        rows={ordered(report.rungs)}
        keyOf={(rung) => rung.name}
      />
      <details className="studio__more">
        <summary>All {report.trials.length} trials as numbers</summary>
        <ReportTable
          label="Trials"
          columns={TRIAL_COLUMNS}
          rows={report.trials}
          keyOf={(trial) => `${trial.codec} ${trial.lines} ${trial.crf}`}
        />
      </details>
      <h2 className="studio__sub">Time per stage</h2>
      <Stages report={report} />
    </>
  );
}

function Report({ title: { id, name } }: { title: StudioTitle["title"] }) {
  const { data, error, refetch } = useQuery(encodeReportQuery(id));
  return (
    <>
      <p className="report__back">
        <LinkButton icon="left" small to={`/studio/titles/${id}`}>
          {name}
        </LinkButton>
      </p>
      <PageHeading>Encode report</PageHeading>
      <p className="muted studio__lead">
        {name}: what its newest encode chose, what it reached and what it took.
      </p>
      {data ? (
        <Account report={data} />
      ) : error instanceof Problem && error.code === "no_report" ? (
        <Note title="No report yet">{error.message}</Note>
      ) : error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : (
        <Loading what="the report">
          <div className="studio__skeleton skeleton" />
        </Loading>
      )}
    </>
  );
}

export function EncodeReportPage({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(studioTitleQuery(id));
  if (data) return <Report title={data.title} />;
  if (error instanceof Problem && error.status === 404) return <NotFound />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return (
    <Loading what="the title">
      <div className="studio__skeleton skeleton" />
    </Loading>
  );
}
