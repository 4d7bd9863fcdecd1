// What transfers tell of a connection: how fast, and how long until the first byte.

/** A stretch of time in which bytes came in. */
export interface Sample {
  began_ms: number;
  ended_ms: number;
  bytes: number;
}

/** Nothing to learn from less: a few packets say more about latency than about speed. */
const BYTES_MIN = 16_000;
const HALF_LIVES_S = [3, 12] as const;

interface Average {
  half_s: number;
  sum: number;
  weight: number;
}

/**
 * Averages over the time in which anything was under way, not over requests: where sound and picture
 * come in at once, each alone sees half of the connection.
 */
export class Throughput {
  private readonly averages: Average[] = HALF_LIVES_S.map((half_s) => ({
    half_s,
    sum: 0,
    weight: 0,
  }));
  private heard_ms = -Infinity;
  private pending = { s: 0, bytes: 0 };

  add({ began_ms, ended_ms, bytes }: Sample): void {
    const new_ms = Math.max(0, ended_ms - Math.max(began_ms, this.heard_ms));
    this.heard_ms = Math.max(this.heard_ms, ended_ms);
    this.pending.s += new_ms / 1000;
    this.pending.bytes += bytes;
    const { s, bytes: waiting } = this.pending;
    if (s <= 0 || (waiting < BYTES_MIN && s < 1)) return;
    this.pending = { s: 0, bytes: 0 };
    for (const average of this.averages) {
      const keep = 0.5 ** (s / average.half_s);
      average.sum = keep * average.sum + ((1 - keep) * 8 * waiting) / s;
      average.weight = keep * average.weight + (1 - keep);
    }
  }

  /** The lower of a fast and a slow average, in bits per second; null before anything is known. */
  bps(): number | null {
    const known = this.averages.filter(({ weight }) => weight > 0);
    return known.length === 0 ? null : Math.min(...known.map(({ sum, weight }) => sum / weight));
  }
}
