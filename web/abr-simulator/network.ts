// A recorded connection, played in a loop: how long a transfer takes, to the millisecond's fraction.

/** One stretch of a trace. */
export interface Period {
  duration_ms: number;
  bandwidth_kbps: number;
  latency_ms: number;
}

/** How a transfer went. */
export interface Transfer {
  bits: number;
  /** From the request to its last bit, latency included. */
  duration_ms: number;
  /** From the request to its first bit. */
  latency_ms: number;
  abandoned: boolean;
}

/** What is known while a transfer is under way. */
export interface Underway {
  elapsed_ms: number;
  bits: number;
  /** Null before the first bit. */
  latency_ms: number | null;
}

/** True abandons the transfer. */
export type Watch = (underway: Underway) => boolean;

const TICK_MS = 100;
/** Below this a period is over: what is left of it is an error of rounding. */
const ROUNDING_MS = 1e-6;

export class Network {
  now_ms = 0;
  private readonly trace: readonly Period[];
  private at = 0;
  private left_ms: number;

  constructor(trace: readonly Period[]) {
    if (!trace.some(({ bandwidth_kbps, duration_ms }) => bandwidth_kbps * duration_ms > 0)) {
      throw new Error("This trace never carries a bit; no film can be played over it.");
    }
    if (trace.some((period) => Object.values(period).some((value) => !(value >= 0)))) {
      throw new Error("A trace holds durations, bandwidths and latencies of 0 or more only.");
    }
    this.trace = trace;
    this.left_ms = this.period.duration_ms;
    this.skipEmpty();
  }

  private get period(): Period {
    return this.trace[this.at] as Period;
  }

  private skipEmpty(): void {
    while (this.left_ms <= ROUNDING_MS) {
      this.at = (this.at + 1) % this.trace.length;
      this.left_ms += this.period.duration_ms;
    }
  }

  private step(ms: number): void {
    this.now_ms += ms;
    this.left_ms -= ms;
    this.skipEmpty();
  }

  /** Lets time go by without a transfer. */
  idle(ms: number): void {
    for (let left = ms; left > 0;) {
      const step = Math.min(left, this.left_ms);
      this.step(step);
      left -= step;
    }
  }

  /** A request after its latency: where the latency changes on the way, each part of it counts in proportion. */
  private *parts(bits: number): Generator<{ latency: boolean; whole_ms: number; share: number }> {
    for (let left = 1; left > 0;) {
      const { latency_ms } = this.period;
      if (latency_ms <= 0) break;
      const ms = Math.min(left * latency_ms, this.left_ms);
      left = ms === left * latency_ms ? 0 : left - ms / latency_ms;
      yield { latency: true, whole_ms: ms, share: 0 };
    }
    for (let left = bits; left > 0;) {
      const { bandwidth_kbps } = this.period;
      const whole_ms = bandwidth_kbps > 0 ? left / bandwidth_kbps : Infinity;
      const ms = Math.min(whole_ms, this.left_ms);
      const share = whole_ms <= this.left_ms ? left : ms * bandwidth_kbps;
      left = whole_ms <= this.left_ms ? 0 : left - share;
      yield { latency: false, whole_ms: ms, share };
    }
  }

  /** Fetches so many bits; `watch` looks every tenth of a second. */
  fetch(bits: number, watch?: Watch): Transfer {
    const began_ms = this.now_ms;
    const underway: Underway = { elapsed_ms: 0, bits: 0, latency_ms: null };
    let nextLook_ms = TICK_MS;
    for (const { latency, whole_ms, share } of this.parts(bits)) {
      if (!latency) underway.latency_ms ??= this.now_ms - began_ms;
      const before = { ms: underway.elapsed_ms, bits: underway.bits };
      while (watch && nextLook_ms < before.ms + whole_ms) {
        const part = (nextLook_ms - before.ms) / whole_ms;
        this.step(nextLook_ms - underway.elapsed_ms);
        underway.elapsed_ms = nextLook_ms;
        underway.bits = before.bits + part * share;
        nextLook_ms += TICK_MS;
        if (watch(underway)) return this.transferOf(underway, true);
      }
      this.step(before.ms + whole_ms - underway.elapsed_ms);
      underway.elapsed_ms = before.ms + whole_ms;
      underway.bits = before.bits + share;
    }
    return this.transferOf(underway, false);
  }

  private transferOf({ bits, elapsed_ms, latency_ms }: Underway, abandoned: boolean): Transfer {
    return { bits, duration_ms: elapsed_ms, latency_ms: latency_ms ?? elapsed_ms, abandoned };
  }
}
