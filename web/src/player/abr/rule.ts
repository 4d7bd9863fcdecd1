// Which rung to fetch next: a rule of BOLA's kind. Pure: what is known goes in, a rung comes out.
//
// Three voices. BOLA (Spiteri, Urgaonkar, Sitaraman, INFOCOM 2016) asks the buffer alone and needs no
// guess of the network. A fluid model spends, over a horizon, what the buffer holds above a reserve:
// it climbs quickly at the start and empties the buffer by the end. A limit near empty keeps a segment
// from coming too late. How large the reserve is, the connection's own past says.
import { USUAL, type Tuning } from "./tuning";

/** What is known at the border of two segments. Rungs are numbered from 0, the lowest. */
export interface Situation {
  /** Lowest first; never empty. */
  bitrates_bps: readonly number[];
  segment_s: number;
  buffer_s: number;
  /** Of the film, from the end of the buffer on. */
  left_s: number;
  /** Of the segment before; null at the start. */
  rung: number | null;
  throughput_bps: number;
  sustained_bps: number;
  drought_s: number;
  /** The least time in which a first byte came. */
  distance_s: number;
}

/** A slower connection is a mobile or a crowded one: it will be gone for minutes, and nobody knows when. */
const SLOW_BPS = 3_000_000;
/** What the reserve grows by where nothing comes in at all. */
const SLOW_RESERVE_S = 225;
/** How likely a connection is to vanish where it hardly carries the lowest rung. */
interface Frailty {
  /** What carries that rung fewer times than this may soon not carry it at all. */
  carried: number;
  /** What the reserve grows to where not even that comes in: then nothing is worth more than lasting. */
  reserve_s: number;
}
const BY_WIRE: Frailty = { carried: 3.2, reserve_s: 400 };
const BY_AIR: Frailty = { carried: 4, reserve_s: 700 };
/** A line in the ground answers sooner than the first; mobile networks of the poor kind take the second. */
const NEAR_S = 0.05;
const FAR_S = 0.09;
/** A drought comes again, and may be worse. */
const DROUGHT_AGAIN = 1.5;
const AMPLE_AGAIN = 1.4;
/** By how much less of the throughput is used on a slow connection. */
const SHARE_SLOW = 0.12;
/** By how much longer the buffer above the reserve is spent over when slow. */
const HORIZON_SLOW_S = 300;
/** A segment must come before this share of the buffer is played, but for a last second. */
const IN_TIME = 0.65;
const LAST_S = 1;

const clamp = (value: number): number => Math.min(1, Math.max(0, value));

function highestBelow(bitrates_bps: readonly number[], bps: number): number {
  return Math.max(
    0,
    bitrates_bps.findLastIndex((rate) => rate <= bps),
  );
}

interface Levels {
  reserve_s: number;
  ample_s: number;
  horizon_s: number;
  share: number;
}

/** What the reserve grows by where the lowest rung itself is only just carried. */
function tightReserve_s({ bitrates_bps, sustained_bps, distance_s }: Situation): number {
  const far = clamp((distance_s - NEAR_S) / (FAR_S - NEAR_S));
  const carried = BY_WIRE.carried + far * (BY_AIR.carried - BY_WIRE.carried);
  const reserve_s = BY_WIRE.reserve_s + far * (BY_AIR.reserve_s - BY_WIRE.reserve_s);
  return reserve_s * clamp(1 - sustained_bps / (carried * (bitrates_bps[0] ?? 1)));
}

/** The buffer levels that suit the connection. */
function levels(situation: Situation, tuning: Tuning): Levels {
  const { sustained_bps, drought_s } = situation;
  const slow = clamp(1 - sustained_bps / SLOW_BPS);
  const grown_s = Math.max(SLOW_RESERVE_S * slow, tightReserve_s(situation));
  const caution_s = grown_s + DROUGHT_AGAIN * drought_s;
  return {
    reserve_s: tuning.reserve_s + caution_s,
    ample_s: tuning.ample_s + AMPLE_AGAIN * caution_s,
    horizon_s: tuning.horizon_s + HORIZON_SLOW_S * slow,
    share: tuning.bandwidth_share - SHARE_SLOW * slow,
  };
}

/**
 * BOLA's choice: the rung m with the highest (V·(v_m + γ) - Q) / S_m, where v_m = ln(S_m / S_0).
 * Neighbours m and m+1 score alike at Q = V·(γ + (S_{m+1}·v_m - S_m·v_{m+1}) / (S_{m+1} - S_m)), so V
 * and γ follow from where the lowest rung shall end and the best begin.
 */
export function bola(bitrates_bps: readonly number[], buffer_s: number, between: Levels): number {
  const lowest = bitrates_bps[0] ?? 1;
  const utilities = bitrates_bps.map((rate) => Math.log(rate / lowest));
  const border = (at: number): number => {
    const [a = 1, b = 1] = bitrates_bps.slice(at, at + 2);
    return (b * (utilities[at] ?? 0) - a * (utilities[at + 1] ?? 0)) / (b - a);
  };
  const top = bitrates_bps.length - 1;
  if (top < 1) return 0;
  if (top < 2) return buffer_s >= between.reserve_s ? 1 : 0;
  const v = (between.ample_s - between.reserve_s) / (border(top - 1) - border(0));
  const gamma = between.reserve_s / v - border(0);
  const scores = bitrates_bps.map(
    (rate, rung) => (v * ((utilities[rung] ?? 0) + gamma) - buffer_s) / rate,
  );
  return scores.lastIndexOf(Math.max(...scores));
}

/** The rung to begin with: its first segment is soon there. */
export function first(situation: Situation, { first_share }: Tuning = USUAL): number {
  const { bitrates_bps, segment_s, throughput_bps } = situation;
  return highestBelow(bitrates_bps, (throughput_bps * first_share) / segment_s);
}

/**
 * How much more than comes in may be spent. What is above the reserve is spent by the end of the film;
 * what is missing below it is saved up over the whole horizon, however short the film.
 */
function spending({ buffer_s, left_s, segment_s }: Situation, between: Levels): number {
  const { reserve_s, horizon_s } = between;
  const spare_s = buffer_s - reserve_s;
  const over_s = spare_s < 0 ? horizon_s : Math.min(horizon_s, Math.max(segment_s, left_s));
  return Math.max(0, 1 + spare_s / over_s);
}

/** The rung to fetch next. */
export function choose(situation: Situation, tuning: Tuning = USUAL): number {
  const { bitrates_bps, buffer_s, segment_s, throughput_bps, rung } = situation;
  if (rung === null) return first(situation, tuning);
  const between = levels(situation, tuning);
  const flow_bps = between.share * throughput_bps * spending(situation, between);
  const byFlow = highestBelow(bitrates_bps, flow_bps);
  const byBuffer = bola(bitrates_bps, buffer_s, between);
  const inTime_s = IN_TIME * Math.max(0, buffer_s - LAST_S);
  const inTime = highestBelow(bitrates_bps, (throughput_bps * inTime_s) / segment_s);
  // Upwards no further than the flow carries: BOLA alone would go up and down again (BOLA-O).
  const upTo = Math.max(byFlow, rung);
  return Math.min(Math.max(byFlow, Math.min(byBuffer, upTo)), inTime);
}

const GOAL_S_MAX = 300;
/** As much as a browser's buffer is sure to hold, in bits. */
const GOAL_BITS = 8 * 60_000_000;
/** A connection that carries the best rung so many times over needs no more than the usual buffer. */
const PLENTY = 3;

/** How much to fetch ahead at a rung. More than usual only where the connection may need it. */
export function goal_s(situation: Situation, rung: number, tuning: Tuning = USUAL): number {
  const { bitrates_bps, sustained_bps } = situation;
  const usual_s = Math.max(tuning.buffer_goal_s, tuning.ample_s);
  if (sustained_bps >= PLENTY * (bitrates_bps.at(-1) ?? 0)) return usual_s;
  const held_s = GOAL_BITS / (bitrates_bps[rung] ?? Infinity);
  return Math.min(GOAL_S_MAX, Math.max(usual_s, held_s));
}

/** A segment under way. */
export interface Underway {
  rung: number;
  /** Still to come. */
  bits_left: number;
  /** Since its first byte. */
  elapsed_s: number;
  /** What comes in per second. */
  rate_bps: number;
}

/** Too early to tell before this. */
const ABANDON_AFTER_S = 0.5;
/** What is fetched instead must be smaller than what is thrown away by this factor. */
const WORTH = 0.8;

/** The rung to fetch instead of what is under way, or null: it comes too late, and a lower one does not. */
export function abandon(situation: Situation, underway: Underway): number | null {
  const { rung, bits_left, elapsed_s, rate_bps } = underway;
  const { bitrates_bps, buffer_s, segment_s } = situation;
  if (rung === 0 || elapsed_s < ABANDON_AFTER_S || rate_bps <= 0) return null;
  if (bits_left / rate_bps <= buffer_s) return null;
  const affordable = Math.min(WORTH * bits_left, rate_bps * buffer_s);
  const instead = highestBelow(bitrates_bps, affordable / segment_s);
  const bits = (bitrates_bps[instead] ?? 0) * segment_s;
  return instead < rung && bits < WORTH * bits_left ? instead : null;
}
