// What transfers tell of a connection: how fast it is now, how fast in the long run, how far away the
// other end is, and how long it has ever been too slow for anything.

/** A stretch of a transfer. */
export interface Sample {
  /** When the waiting for these bytes began: for the first ones of an answer, when it was asked for. */
  waited_ms: number;
  /** When they began to come. */
  began_ms: number;
  ended_ms: number;
  bytes: number;
}

/** Fewer bytes say more about latency than about speed; they are counted with the next. */
const BYTES_MIN = 16_000;
/** However few came in so long a time: that says enough. */
const PATIENCE_S = 1;
const RECENT_S = 3;
const STEADY_S = 7;
const SUSTAINED_S = 60;

/** A moving average over time, half of which is forgotten after `half_s`. */
class Average {
  private readonly half_s: number;
  private sum = 0;
  private weight = 0;

  constructor(half_s: number) {
    this.half_s = half_s;
  }

  add(value: number, span_s: number): void {
    const keep = 0.5 ** (span_s / this.half_s);
    this.sum = keep * this.sum + (1 - keep) * value;
    this.weight = keep * this.weight + (1 - keep);
  }

  get value(): number | null {
    return this.weight > 0 ? this.sum / this.weight : null;
  }
}

/**
 * Averages over the time in which anything was under way, not over requests: where sound and picture
 * come in at once, each alone sees half of the connection.
 */
export class Throughput {
  private readonly recent = new Average(RECENT_S);
  private readonly steady = new Average(STEADY_S);
  private readonly sustained = new Average(SUSTAINED_S);
  private heard_ms = -Infinity;
  private waited_ms = -Infinity;
  private pending = { span_s: 0, bytes: 0 };
  private behind_s = 0;
  private drought = 0;
  private distance_ms = Infinity;

  /** `lowest_bps` is what the film needs at the least. */
  add({ waited_ms, began_ms, ended_ms, bytes }: Sample, lowest_bps: number): void {
    const waiting_ms = ended_ms - Math.max(waited_ms, this.waited_ms);
    this.waited_ms = Math.max(this.waited_ms, ended_ms);
    this.behind_s += Math.max(0, waiting_ms) / 1000 - (8 * bytes) / lowest_bps;
    this.behind_s = Math.max(0, this.behind_s);
    if (began_ms > waited_ms) this.distance_ms = Math.min(this.distance_ms, began_ms - waited_ms);
    this.drought = Math.max(this.drought, this.behind_s);
    this.measure(Math.max(0, ended_ms - Math.max(began_ms, this.heard_ms)) / 1000, bytes);
    this.heard_ms = Math.max(this.heard_ms, ended_ms);
  }

  private measure(span_s: number, bytes: number): void {
    this.pending.span_s += span_s;
    this.pending.bytes += bytes;
    const { span_s: whole_s, bytes: all } = this.pending;
    if (whole_s <= 0 || (all < BYTES_MIN && whole_s < PATIENCE_S)) return;
    this.pending = { span_s: 0, bytes: 0 };
    for (const average of [this.recent, this.steady, this.sustained]) {
      average.add((8 * all) / whole_s, whole_s);
    }
  }

  /** Of the last seconds, in bits per second; null before anything is known. */
  get recent_bps(): number | null {
    return this.recent.value;
  }

  /** The lower of a quick and a slow average: falls at once, rises with hesitation. */
  get bps(): number | null {
    const [recent, steady] = [this.recent.value, this.steady.value];
    return recent === null || steady === null ? null : Math.min(recent, steady);
  }

  /** Of the last minutes. */
  get sustained_bps(): number | null {
    return this.sustained.value;
  }

  /** The least time in which a first byte came; 0 before any did. */
  get distance_s(): number {
    return Number.isFinite(this.distance_ms) ? this.distance_ms / 1000 : 0;
  }

  /** The longest time by which a film at its lowest rung would have fallen behind. */
  get drought_s(): number {
    return this.drought;
  }
}
