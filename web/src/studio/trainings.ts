// Trainings of the recommendations in words and numbers.
import type { Marks, Training, TrainingRow } from "../api/messages";
import type { Curve } from "./curvePlane";

export const STATES: Record<TrainingRow["state"], string> = {
  running: "Training",
  published: "Published",
  held_back: "Held back",
  refused: "Refused",
  failed: "Failed",
  withdrawn: "Rolled back",
};

/** Which badge a state wears. */
export const BADGES: Record<TrainingRow["state"], string> = {
  running: "processing",
  published: "plain",
  held_back: "processing",
  refused: "failed",
  failed: "failed",
  withdrawn: "plain",
};

export const STAGES: Record<string, string> = {
  reading: "Reading what was watched",
  checking: "Checking the data",
  judging: "Judging on the last days",
  fitting: "Fitting to everything",
  keeping: "Keeping and publishing",
};

export const CHECKS: Record<"well" | "note" | "stop", { name: string; badge: string }> = {
  well: { name: "Well", badge: "up" },
  note: { name: "Odd", badge: "processing" },
  stop: { name: "Wrong", badge: "failed" },
};

const MARK = new Intl.NumberFormat(undefined, {
  minimumFractionDigits: 3,
  maximumFractionDigits: 3,
});
const ONE = new Intl.NumberFormat(undefined, {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const WHOLE = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const PERCENT = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });
const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export const markWords = (mark: number): string => MARK.format(mark);
export const bitsWords = (bits: number): string => ONE.format(bits);
export const countWords = (count: number): string => WHOLE.format(count);
export const shareWords = (share: number): string => PERCENT.format(share);
export const momentWords = (at: string): string => MOMENT.format(new Date(at));

/** A contender by the name that people understand. */
export function contenderWords(contender: string): string {
  if (contender === "new") return "This training";
  if (contender === "deep") return "With the deep model";
  if (contender === "popularity") return "What is popular";
  return contender.replace("training", "In service then: training");
}

export const nameOf = (row: TrainingRow): string => `Training ${row.version}`;

/** Recall by the length of the list, a curve for each contender. */
export const lengthCurves = (marks: readonly Marks[]): Curve[] =>
  marks.map(({ contender, curve }) => ({
    name: contenderWords(contender),
    points: curve.map(({ length, recall }) => ({ x: length, y: recall })),
  }));

/** Recall by the days after the cut; days on which little was watched are left out. */
export function dayCurves(marks: readonly Marks[], playsMin = 10): Curve[] {
  return marks
    .map(({ contender, days }) => ({
      name: contenderWords(contender),
      points: days
        .filter(({ plays }) => plays >= playsMin)
        .map(({ day, recall }) => ({ x: day, y: recall })),
    }))
    .filter(({ points }) => points.length > 1);
}

/** How the marks went from training to training, oldest first; empty for fewer than two. */
export function historyCurve(rows: readonly TrainingRow[]): Curve[] {
  const points = rows
    .flatMap(({ version, ndcg_10 }) => (ndcg_10 === null ? [] : [{ x: version, y: ndcg_10 }]))
    .toSorted((one, other) => one.x - other.x);
  return points.length > 1 ? [{ name: "NDCG@10 on the last days", points }] : [];
}

export interface StageShare {
  name: string;
  wall_s: number;
  cpu_s: number;
  /** Of the CPU time of all stages. */
  share: number;
}

export function stageShares({ stages }: Training["report"]): StageShare[] {
  const total_s = stages.reduce((sum, { cpu_s }) => sum + cpu_s, 0);
  return stages.map(({ stage, wall_s, cpu_s }) => ({
    name: STAGES[stage] ?? stage,
    wall_s,
    cpu_s,
    share: total_s > 0 ? cpu_s / total_s : 0,
  }));
}
