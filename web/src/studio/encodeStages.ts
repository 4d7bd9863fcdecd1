// Encodes in words: their stages, and whether one is still under way.
import type { EncodeProgress } from "../api/messages";

export type Stage = EncodeProgress["stage"];

/** What is done in a stage, as it is told while it lasts. */
export const STAGES: Record<Stage, string> = {
  queued: "Waiting for its turn",
  probing: "Looking at the file",
  checking: "Checking picture and sound",
  analysing: "Choosing qualities",
  encoding: "Encoding",
  packaging: "Packaging",
  publishing: "Publishing",
  done: "Ready",
  failed: "Failed",
  stopped: "Stopped",
};

const ENDED: ReadonlySet<Stage> = new Set(["done", "failed", "stopped"]);

export const isRunning = (progress: EncodeProgress | null): boolean =>
  progress !== null && !ENDED.has(progress.stage);

/** Of a stage, or of the whole, in whole percents; 100 only when nothing is left to do. */
export const percentOf = (fraction: number): number => Math.floor(fraction * 100);
