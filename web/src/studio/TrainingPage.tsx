// What one training learnt from, found and decided.
import "./report.css";
import "./curves.css";
import { useQuery } from "@tanstack/react-query";
import type { Marks, Training } from "../api/messages";
import { Problem } from "../api/problem";
import { NotFound } from "../app/NotFound";
import { PageHeading } from "../app/pageFocus";
import { LinkButton } from "../design/Button";
import { Failure, Loading } from "../design/States";
import { CurveChart } from "./CurveChart";
import { timeWords } from "./encodeReport";
import { trainingQuery } from "./queries";
import { ReportTable, type Column } from "./ReportTable";
import {
  BADGES,
  bitsWords,
  CHECKS,
  contenderWords,
  countWords,
  dayCurves,
  lengthCurves,
  markWords,
  momentWords,
  nameOf,
  shareWords,
  stageShares,
  STATES,
} from "./trainings";

type Report = Training["report"];

const COLUMNS: readonly Column<Marks>[] = [
  { name: "Contender", of: ({ contender }) => contenderWords(contender) },
  { name: "Viewers", of: ({ viewers }) => countWords(viewers), isNumber: true },
  {
    name: "NDCG@10",
    of: ({ ndcg_10, ndcg_10_error }) => `${markWords(ndcg_10)} ± ${markWords(ndcg_10_error)}`,
    isNumber: true,
  },
  { name: "NDCG@100", of: ({ ndcg_100 }) => markWords(ndcg_100), isNumber: true },
  { name: "Recall@20", of: ({ recall_20 }) => markWords(recall_20), isNumber: true },
  { name: "Titles offered", of: ({ coverage_20 }) => shareWords(coverage_20), isNumber: true },
  { name: "Novelty, bits", of: ({ novelty_bits }) => bitsWords(novelty_bits), isNumber: true },
];

function Judged({ report }: { report: Report }) {
  const { marks, cut_at, new_titles } = report;
  if (marks.length === 0 || cut_at === null)
    return <p className="muted">Nobody came back after the cut, so nothing could be judged.</p>;
  const days = dayCurves(marks);
  return (
    <>
      <p className="muted studio__lead">
        Each contender knew what was watched until {momentWords(cut_at)}, and had to foretell what
        the same viewers watched after it.
        {new_titles > 0 && ` ${countWords(new_titles)} plays were of titles that came later.`}
      </p>
      <CurveChart
        curves={lengthCurves(marks)}
        summary="Recall by the length of the list. The table below holds the marks."
        across="titles in the list, logarithmic"
        upwards="Recall"
        xWords={countWords}
        yWords={markWords}
        logarithmic
      />
      <ReportTable
        label="Marks"
        columns={COLUMNS}
        rows={marks}
        keyOf={({ contender }) => contender}
      />
      {days.length > 0 && (
        <>
          <h2 className="studio__sub">How it ages</h2>
          <CurveChart
            curves={days}
            summary="Recall among the first 20 by the days since the cut."
            across="days after the cut"
            upwards="Recall@20"
            xWords={countWords}
            yWords={markWords}
          />
        </>
      )}
    </>
  );
}

function Checks({ checks }: { checks: Report["checks"] }) {
  return (
    <ul className="training__checks" aria-label="Checks of the data">
      {checks.map(({ name, outcome, sentence }) => (
        <li key={name}>
          <span>
            <span className={`badge badge--${CHECKS[outcome].badge}`}>{CHECKS[outcome].name}</span>
          </span>
          <span className="training__check">{name}</span>
          <span>{sentence}</span>
        </li>
      ))}
    </ul>
  );
}

function MadeFrom({ data }: { data: NonNullable<Report["data"]> }) {
  const { from_at, until_at, settings } = data;
  const rows: [name: string, value: string][] = [
    ["Plays", countWords(data.plays)],
    ["Viewers", countWords(data.viewers)],
    ["Titles", countWords(data.titles)],
    ["From", from_at === null ? "–" : momentWords(from_at)],
    ["Until", until_at === null ? "–" : momentWords(until_at)],
    ["Digest of the data", data.digest],
    [
      "Settings",
      Object.entries(settings)
        .filter(([, value]) => value !== "")
        .toSorted(([one], [other]) => one.localeCompare(other))
        .map(([name, value]) => `${name} ${value}`)
        .join(", "),
    ],
  ];
  return (
    <dl className="training__made">
      {rows.map(([name, value]) => (
        <div key={name} style={{ display: "contents" }}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Stages({ report }: { report: Report }) {
  return (
    <ul className="report__stages" aria-label="Time per stage">
      {stageShares(report).map(({ name, wall_s, cpu_s, share }) => (
        <li key={name}>
          <span className="report__stage">{name}</span>
          <span className="report__share" aria-hidden="true">
            <span style={{ inlineSize: `${share * 100}%` }} />
          </span>
          <span className="report__time">{timeWords(cpu_s)} CPU</span>
          <span className="report__steps">{timeWords(wall_s)} in all</span>
        </li>
      ))}
    </ul>
  );
}

function Account({ training }: { training: Training }) {
  const { report, state, in_service, verdict } = training;
  return (
    <>
      <p className="training__verdict">
        <span className={`badge badge--${in_service ? "published" : BADGES[state]}`}>
          {in_service ? "In service" : STATES[state]}
        </span>{" "}
        {verdict}
      </p>
      <h2 className="studio__sub">On the last days</h2>
      <Judged report={report} />
      {report.checks.length > 0 && (
        <>
          <h2 className="studio__sub">The data</h2>
          <Checks checks={report.checks} />
        </>
      )}
      {report.data && (
        <>
          <h2 className="studio__sub">Made from</h2>
          <MadeFrom data={report.data} />
        </>
      )}
      {report.stages.length > 0 && (
        <>
          <h2 className="studio__sub">Time per stage</h2>
          <Stages report={report} />
        </>
      )}
    </>
  );
}

export function TrainingPage({ version }: { version: string }) {
  const { data, error, refetch } = useQuery(trainingQuery(version));
  if (error instanceof Problem && [404, 422].includes(error.status)) return <NotFound />;
  return (
    <>
      <p className="report__back">
        <LinkButton icon="left" small to="/studio/recommendations">
          Recommendations
        </LinkButton>
      </p>
      <PageHeading>{data ? nameOf(data) : `Training ${version}`}</PageHeading>
      {data ? (
        <Account training={data} />
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
