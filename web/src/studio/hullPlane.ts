// Where things stand in the picture of a hull: bitrate on a logarithmic axis against VMAF.
import type { EncodeReport } from "../api/messages";

export type Trial = EncodeReport["trials"][number];
export type Rung = EncodeReport["rungs"][number];
export type Codec = Rung["codec"];

export interface Spot {
  bitrate_bps: number;
  vmaf: number;
}

export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Plane {
  bitrates_bps: readonly [number, number];
  vmafs: readonly [number, number];
  box: Box;
}

const VMAF_MAX = 100;
/** At least this much of the scale is shown, so that a flat title does not look dramatic. */
const VMAF_SPAN_MIN = 30;
const STEPS = [1, 2, 5];
const FINE_STEPS = [1, 1.5, 2, 3, 5, 7];
/** A narrower range is named in finer steps. */
const COARSE_FROM = 6;

/** The part of the plane that holds all spots, with even ends. */
export function planeOf(spots: readonly Spot[], box: Box): Plane {
  const bitrates = spots.map(({ bitrate_bps }) => bitrate_bps);
  const lowest = Math.min(...spots.map(({ vmaf }) => vmaf), VMAF_MAX - VMAF_SPAN_MIN);
  return {
    bitrates_bps: [Math.min(...bitrates) / 1.25, Math.max(...bitrates) * 1.25],
    vmafs: [Math.max(0, Math.floor(lowest / 10) * 10), VMAF_MAX],
    box,
  };
}

export function xOf({ bitrates_bps: [from, to], box }: Plane, bitrate_bps: number): number {
  const share = Math.log(bitrate_bps / from) / Math.log(to / from);
  return box.left + share * (box.right - box.left);
}

export function yOf({ vmafs: [from, to], box }: Plane, vmaf: number): number {
  return box.bottom - ((vmaf - from) / (to - from)) * (box.bottom - box.top);
}

/** Bitrates to name on the axis: 1, 2 and 5 of each power of ten, or more where they are few. */
export function bitrateTicks([from, to]: readonly [number, number]): number[] {
  const ticks: number[] = [];
  const steps = to / from < COARSE_FROM ? FINE_STEPS : STEPS;
  for (let power = Math.floor(Math.log10(from)); power <= Math.log10(to); power += 1) {
    for (const step of steps) ticks.push(step * 10 ** power);
  }
  return ticks.filter((tick) => tick >= from && tick <= to);
}

export function vmafTicks([from, to]: readonly [number, number]): number[] {
  const step = to - from > 60 ? 20 : 10;
  const ticks: number[] = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) ticks.push(tick);
  return ticks;
}

export const byBitrate = (one: Spot, other: Spot): number => one.bitrate_bps - other.bitrate_bps;

/** A line through spots, as an SVG path. */
export function lineOf(plane: Plane, spots: readonly Spot[]): string {
  return spots
    .toSorted(byBitrate)
    .map(
      ({ bitrate_bps, vmaf }, index) =>
        `${index === 0 ? "M" : "L"}${xOf(plane, bitrate_bps).toFixed(1)} ${yOf(plane, vmaf).toFixed(1)}`,
    )
    .join("");
}

/** The trials of one codec by their size, tallest first. */
export function sizesOf(trials: readonly Trial[], codec: Codec): [lines: number, Trial[]][] {
  const sizes = new Map<number, Trial[]>();
  for (const trial of trials) {
    if (trial.codec === codec) sizes.set(trial.lines, [...(sizes.get(trial.lines) ?? []), trial]);
  }
  return [...sizes].sort(([one], [other]) => other - one);
}
