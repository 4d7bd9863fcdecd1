// An encode's account in words and numbers.
import type { EncodeReport } from "../api/messages";
import { STAGES, type Stage } from "./encodeStages";
import type { Codec, Rung } from "./hullPlane";

export const CODECS: Record<Codec, string> = { h264: "H.264", av1: "AV1" };
export const CODEC_ORDER: readonly Codec[] = ["h264", "av1"];

const RANGES: Record<Rung["dynamic_range"], string> = { sdr: "SDR", hdr10: "HDR10", hlg: "HLG" };
/** How far a rung may be from what was aimed at (VMAF). */
export const AIM_TOLERANCE = 1;

const WHOLE = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const FINE = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });
const ONE = new Intl.NumberFormat(undefined, {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const PERCENT = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 0 });

/** "4.35 Mbit/s", "720 kbit/s". */
export function bitrateWords(bitrate_bps: number): string {
  return bitrate_bps >= 1e6
    ? `${FINE.format(bitrate_bps / 1e6)} Mbit/s`
    : `${WHOLE.format(bitrate_bps / 1e3)} kbit/s`;
}

export const vmafWords = (vmaf: number): string => ONE.format(vmaf);
export const percentWords = (share: number): string => PERCENT.format(share);

/** "45 s", "11 min 27 s", "1 h 4 min". */
export function timeWords(duration_s: number): string {
  if (duration_s < 10) return `${ONE.format(duration_s)} s`;
  const whole = Math.round(duration_s);
  const [hours, minutes, seconds] = [
    Math.floor(whole / 3600),
    Math.floor((whole % 3600) / 60),
    whole % 60,
  ];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds} s` : `${seconds} s`;
}

/** Rungs with the largest of each codec first. */
export const ordered = (rungs: readonly Rung[]): Rung[] =>
  rungs.toSorted(
    (one, other) =>
      CODEC_ORDER.indexOf(one.codec) - CODEC_ORDER.indexOf(other.codec) ||
      other.bitrate_bps - one.bitrate_bps,
  );

/** The size by the name that people give it: a wide film of 1920 × 800 is one of 1080 lines. */
export const linesOf = ({ width, height }: Rung): number =>
  Math.max(height, Math.round((width * 9) / 16));

export function rangeWords({ dynamic_range }: Rung): string {
  return RANGES[dynamic_range];
}

export interface Saving {
  codec: Codec;
  share: number;
}

export const savingsOf = (report: EncodeReport): Saving[] =>
  CODEC_ORDER.flatMap((codec) => {
    const share = report.saved[codec];
    return share === undefined ? [] : [{ codec, share }];
  });

/** How many of the rungs that had an aim came to within the tolerance of it. */
export function hitsOf(rungs: readonly Rung[]): { hit: number; aimed: number } {
  const aimed = rungs.flatMap(({ vmaf, vmaf_aim }) =>
    vmaf_aim === null ? [] : [Math.abs(vmaf - vmaf_aim)],
  );
  return { hit: aimed.filter((apart) => apart <= AIM_TOLERANCE).length, aimed: aimed.length };
}

export interface StageShare {
  name: string;
  steps: number;
  cpu_s: number;
  wall_s: number;
  /** Of the CPU time of all stages. */
  share: number;
}

const isStage = (name: string): name is Stage => name in STAGES;

export function stageShares({ stages }: EncodeReport): StageShare[] {
  const total_s = stages.reduce((sum, { cpu_s }) => sum + cpu_s, 0);
  return stages.map(({ stage, ...usage }) => ({
    ...usage,
    name: isStage(stage) ? STAGES[stage] : stage,
    share: total_s > 0 ? usage.cpu_s / total_s : 0,
  }));
}
