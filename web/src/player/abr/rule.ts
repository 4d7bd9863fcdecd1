// Which rung to fetch next: a rule of BOLA's kind. Pure: what is known goes in, a rung comes out.
//
// BOLA (Spiteri, Urgaonkar, Sitaraman, INFOCOM 2016, section III) chooses the rung m that maximises
// (V·(v_m + γ) - Q) / S_m for a buffer of Q seconds, utilities v_m = ln(S_m / S_1) and sizes S_m.
// The throughput bounds it on both sides, as DYNAMIC does (MMSys 2018, section 4).

/** What is known at the border of two segments. Rungs are numbered from 0, the lowest. */
export interface Situation {
  /** Lowest first; never empty. */
  bitrates_bps: readonly number[];
  segment_s: number;
  buffer_s: number;
  /** Where fetching stops. */
  goal_s: number;
  /** Null before anything is known. */
  throughput_bps: number | null;
  /** Of the segment before; null at the start. */
  rung: number | null;
}

/** BOLA's γ·p in units of utility: the weight of not stalling (section V-A of the INFOCOM paper). */
const GAMMA = 5;
/** The share of the throughput that is used with an empty and with a full buffer. */
const SHARE_EMPTY = 0.5;
const SHARE_FULL = 1;
/** Where fetching stops: for Shaka's `bufferingGoal`. */
export const BUFFER_GOAL_S = 60;
/** How long a first segment may take. */
const FIRST_S = 0.4;

function highestBelow(bitrates_bps: readonly number[], bps: number): number {
  return Math.max(
    0,
    bitrates_bps.findLastIndex((rate) => rate <= bps),
  );
}

/** The rung for a buffer level alone. */
export function bola({ bitrates_bps, segment_s, buffer_s, goal_s }: Situation): number {
  const lowest = bitrates_bps[0] ?? 1;
  const utilities = bitrates_bps.map((rate) => Math.log(rate / lowest));
  const v = (goal_s - segment_s) / ((utilities.at(-1) ?? 0) + GAMMA);
  let best = 0;
  let bestScore = -Infinity;
  bitrates_bps.forEach((rate, rung) => {
    const score = (v * ((utilities[rung] ?? 0) + GAMMA) - buffer_s) / rate;
    if (score >= bestScore) [best, bestScore] = [rung, score];
  });
  return best;
}

/** The highest rung that the throughput carries, more boldly the fuller the buffer is. */
function carried({ bitrates_bps, buffer_s, goal_s }: Situation, throughput_bps: number): number {
  const full = Math.min(1, buffer_s / goal_s);
  const share = SHARE_EMPTY + (SHARE_FULL - SHARE_EMPTY) * full;
  return highestBelow(bitrates_bps, share * throughput_bps);
}

/** The rung to begin with: its first segment is soon there. */
export function first({ bitrates_bps, segment_s, throughput_bps }: Situation): number {
  return highestBelow(bitrates_bps, ((throughput_bps ?? 0) * FIRST_S) / segment_s);
}

/** The rung to fetch next. */
export function choose(situation: Situation): number {
  const { throughput_bps, rung, bitrates_bps } = situation;
  if (rung === null || throughput_bps === null) return first(situation);
  const byBuffer = bola(situation);
  const byThroughput = carried(situation, throughput_bps);
  if (byBuffer <= byThroughput) return byThroughput;
  const current = Math.min(rung, bitrates_bps.length - 1);
  return byBuffer > current ? Math.max(current, byThroughput) : byBuffer;
}

/** A segment under way. */
export interface Underway {
  rung: number;
  /** Still to come. */
  bits_left: number;
  /** Since its first byte. */
  elapsed_s: number;
  /** What came in since then, per second. */
  rate_bps: number;
}

/** Too early to tell before this. */
const ABANDON_AFTER_S = 0.5;
/** A lower rung must be worth what is thrown away. */
const WORTH = 0.8;

/** The rung to fetch instead of what is under way, or null: it would come too late, and a lower one would not. */
export function abandon(situation: Situation, underway: Underway): number | null {
  const { rung, bits_left, elapsed_s, rate_bps } = underway;
  if (rung === 0 || elapsed_s < ABANDON_AFTER_S || rate_bps <= 0) return null;
  if (bits_left / rate_bps <= situation.buffer_s) return null;
  const { bitrates_bps, segment_s } = situation;
  const affordable = Math.min(WORTH * bits_left, rate_bps * situation.buffer_s);
  const instead = highestBelow(bitrates_bps, affordable / segment_s);
  const bits = (bitrates_bps[instead] ?? 0) * segment_s;
  return instead < rung && bits < WORTH * bits_left ? instead : null;
}
