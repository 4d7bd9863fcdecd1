// One figure over time: what it means, what it came to, how it moved, as a picture, as a table and
// as a file.
import { useMutation } from "@tanstack/react-query";
import { useId, useMemo, useState } from "react";
import type { Metric, Series } from "../../api/messages";
import { sentenceOf } from "../../api/problem";
import { Button } from "../../design/Button";
import { Alert } from "../../design/Field";
import { ReportTable } from "../ReportTable";
import { Chart, type Line } from "./Chart";
import { saveFigures, type Only } from "./queries";
import type { Choice } from "./span";
import { spanWords } from "./span";
import { momentWords, tickWords } from "./moments";
import { axisWords, changeOf, valueWords, type Change } from "./units";

type Told = Series["lines"][number];

/** Moves up or down, and whether that is good: in words, and not by colour alone. */
export function ChangeWords({ change }: { change: Change | null }) {
  if (!change) return null;
  const look = change.isBetter === null ? "" : change.isBetter ? "change--good" : "change--bad";
  const judgement = change.isBetter === null ? "" : change.isBetter ? ", better" : ", worse";
  return (
    <span className={`change ${look}`}>
      {change.words}
      <span className="unseen">{judgement}</span>
    </span>
  );
}

/** What a figure means, one click away. */
export function Meaning({ metric }: { metric: Metric }) {
  return (
    <details className="meaning">
      <summary>
        What it means<span className="unseen">: {metric.name}</span>
      </summary>
      <p>{metric.sentence}</p>
      <p className="muted">{metric.formula}</p>
    </details>
  );
}

interface SaveProps {
  what: string;
  choice: Choice;
  only: Only;
  /** What the file holds, for its name and for those who hear the button. */
  name: string;
}

export function SaveButton({ what, choice, only, name }: SaveProps) {
  const saving = useMutation({
    mutationFn: () => saveFigures(what, choice, only, `${name} ${spanWords(choice.span)}`),
  });
  return (
    <>
      <Button small busy={saving.isPending} onClick={() => saving.mutate()}>
        Save as CSV<span className="unseen">: {name}</span>
      </Button>
      {saving.error && <Alert>{sentenceOf(saving.error)}</Alert>}
    </>
  );
}

/** The line, and the one that it is held against right after. */
function linesOf(name: string, line: Told, before: Told | undefined): Line[] {
  const then = before && [{ name: "Before", values: before.values, isBefore: true }];
  return [{ name, values: line.values }, ...(then ?? [])];
}

interface PanelProps {
  metric: Metric;
  series: Series;
  /** The metric's line; money has one in each currency. */
  line: Told;
  choice: Choice;
  only: Only;
}

export function Panel({ metric, series, line, choice, only }: PanelProps) {
  const [isTable, setTable] = useState(false);
  const id = useId();
  const { currency: coin, total } = line;
  const currency = coin ?? "";
  const before = series.before?.lines.find(
    (one) => one.metric === metric.id && (one.currency ?? "") === currency,
  );
  const name = currency ? `${metric.name} in ${currency}` : metric.name;
  const at = useMemo(() => series.at.map((moment) => Date.parse(moment) / 1000), [series.at]);
  const lines = useMemo(() => linesOf(name, line, before), [name, line, before]);
  const words = (value: number | null) => valueWords(metric.unit, value, currency);
  const when = (at_s: number) => momentWords(series.step, at_s);
  return (
    <section className="studio__panel" aria-labelledby={id}>
      <header className="panel__head">
        <h2 id={id}>{name}</h2>
        <Meaning metric={metric} />
      </header>
      <p>
        <strong className="panel__total">{words(total)}</strong>{" "}
        <ChangeWords change={changeOf(metric.unit, metric.better, total, before?.total ?? null)} />
      </p>
      <Chart
        label={name}
        at={at}
        lines={lines}
        isTime
        isWhole={metric.unit === "count"}
        atWords={when}
        tickWords={(at_s) => tickWords(series.step, at_s)}
        valueWords={words}
        axisWords={(value) => axisWords(metric.unit, value, currency)}
      />
      <div className="panel__foot">
        <Button small aria-expanded={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? "Hide the table" : "Show as a table"}
          <span className="unseen">: {name}</span>
        </Button>
        <SaveButton
          what="series"
          choice={choice}
          only={{ ...only, metric: metric.id }}
          name={name}
        />
      </div>
      {isTable && (
        <ReportTable
          label={`${name} as a table`}
          columns={[
            { name: "When", of: (row: number) => when(at[row] ?? 0) },
            ...lines.map(({ name, values }) => ({
              name,
              of: (row: number) => words(values[row] ?? null),
              isNumber: true,
            })),
          ]}
          rows={at.map((_, row) => row)}
          keyOf={(row) => `${at[row] ?? row}`}
        />
      )}
    </section>
  );
}
