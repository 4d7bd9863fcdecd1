// The rules as published, to show that this simulator orders them as the papers do.
//
// BOLA: Spiteri, Urgaonkar, Sitaraman, INFOCOM 2016, and (BOLA-E, its parameters) MMSys 2018, section 3.
// Throughput: MMSys 2018, section 2: nine tenths of the lower of two moving averages.
import type { Transfer } from "../network";
import type { Choice, Player, View } from "../session";

const SAFETY = 0.9;
const HALF_LIVES_S = [3, 8] as const;
const GAMMA = 5;

/** Moving averages over the time that transfers took. */
export class MovingAverages {
  private readonly averages = HALF_LIVES_S.map((half_s) => ({ half_s, sum: 0, weight: 0 }));

  add({ bits, duration_ms, latency_ms }: Transfer): void {
    const span_s = Math.max(1, duration_ms - latency_ms) / 1000;
    for (const average of this.averages) {
      const keep = 0.5 ** (span_s / average.half_s);
      average.sum = keep * average.sum + (1 - keep) * (bits / span_s);
      average.weight = keep * average.weight + (1 - keep);
    }
  }

  bps(): number {
    return Math.min(...this.averages.map(({ sum, weight }) => (weight > 0 ? sum / weight : 0)));
  }
}

function highestBelow(kbps: readonly number[], bps: number): number {
  return Math.max(
    0,
    kbps.findLastIndex((rate) => rate * 1000 <= bps),
  );
}

/** Waits until another segment fits into the buffer. */
function room({ buffer_s, film }: View, buffer_s_max: number): Choice | null {
  const over_s = buffer_s + film.segment_duration_ms / 1000 - buffer_s_max;
  return over_s > 1e-9 ? { wait_ms: over_s * 1000 } : null;
}

export function throughputRule(buffer_s_max: number): Player {
  const averages = new MovingAverages();
  return {
    next: (view) =>
      room(view, buffer_s_max) ?? {
        rung: highestBelow(view.film.bitrates_kbps, SAFETY * averages.bps()),
      },
    finished: (_view, transfer) => averages.add(transfer),
  };
}

/** BOLA-BASIC's choice for a buffer level. */
export function bolaChoice(
  kbps: readonly number[],
  buffer_s: number,
  segment_s: number,
  buffer_s_max: number,
): number {
  const utilities = kbps.map((rate) => Math.log(rate / (kbps[0] as number)));
  const vp = (buffer_s_max - segment_s) / ((utilities.at(-1) as number) + GAMMA);
  const scores = kbps.map(
    (rate, rung) => (vp * ((utilities[rung] as number) + GAMMA) - buffer_s) / rate,
  );
  return scores.indexOf(Math.max(...scores));
}

export function bolaBasic(buffer_s_max: number): Player {
  return {
    next: (view) =>
      room(view, buffer_s_max) ?? {
        rung: bolaChoice(
          view.film.bitrates_kbps,
          view.buffer_s,
          view.film.segment_duration_ms / 1000,
          buffer_s_max,
        ),
      },
  };
}

/** The lowest rung, always: nothing stalls less with this buffer. */
export function lowest(buffer_s_max: number): Player {
  return { next: (view) => room(view, buffer_s_max) ?? { rung: 0 } };
}
