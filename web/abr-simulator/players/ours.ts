// Matinee's rule as it ships: the same functions that the browser's player calls.
import { FASTER } from "../../src/player/abr/bufferAbr";
import { abandon, choose, goal_s, type Situation } from "../../src/player/abr/rule";
import { Throughput } from "../../src/player/abr/throughput";
import type { Transfer, Underway } from "../network";
import type { Choice, Player, View } from "../session";

/** Shaka looks this often once the goal is met. */
const TICK_MS = 500;

class OurPlayer implements Player {
  private readonly throughput = new Throughput();
  private readonly remembered_bps: number;
  private rung: number | null = null;
  private lowest_bps = 1;
  private heard_bits = 0;
  private heard_ms = 0;
  private instead: number | null = null;

  constructor(remembered_bps: number) {
    this.remembered_bps = remembered_bps;
  }

  private situation({ buffer_s, film, segment }: View): Situation {
    const throughput_bps = this.throughput.bps ?? this.remembered_bps;
    const left = film.segment_sizes_bits.length - segment;
    return {
      bitrates_bps: film.bitrates_kbps.map((kbps) => kbps * 1000),
      segment_s: film.segment_duration_ms / 1000,
      buffer_s,
      left_s: (left * film.segment_duration_ms) / 1000,
      rung: this.rung,
      throughput_bps,
      sustained_bps: this.throughput.sustained_bps ?? throughput_bps,
      drought_s: this.throughput.drought_s,
      distance_s: this.throughput.distance_s,
    };
  }

  next(view: View): Choice {
    const situation = this.situation(view);
    const rung = this.instead ?? choose(situation);
    if (view.buffer_s >= goal_s(situation, rung)) return { wait_ms: TICK_MS };
    this.rung = rung;
    this.instead = null;
    this.lowest_bps = situation.bitrates_bps[0] ?? 1;
    this.heard_bits = 0;
    this.heard_ms = view.now_ms;
    return { rung: this.rung };
  }

  private hear(bits: number, now_ms: number, latency_ms: number | null, asked_ms: number): void {
    const first_ms = latency_ms === null ? now_ms : asked_ms + latency_ms;
    const waited_ms = Math.max(this.heard_ms, asked_ms);
    const began_ms = Math.max(waited_ms, first_ms);
    const bytes = (bits - this.heard_bits) / 8;
    this.throughput.add({ waited_ms, began_ms, ended_ms: now_ms, bytes }, this.lowest_bps);
    this.heard_bits = bits;
    this.heard_ms = now_ms;
  }

  abandons(view: View, { elapsed_ms, bits, latency_ms }: Underway, rung: number): boolean {
    if (bits <= this.heard_bits || latency_ms === null) return false;
    this.hear(bits, view.now_ms, latency_ms, view.now_ms - elapsed_ms);
    const size = view.film.segment_sizes_bits[view.segment]?.[rung] ?? 0;
    const elapsed_s = (elapsed_ms - latency_ms) / 1000;
    this.instead = abandon(this.situation(view), {
      rung,
      bits_left: size - bits,
      elapsed_s,
      rate_bps: Math.min(bits / elapsed_s, FASTER * (this.throughput.recent_bps ?? Infinity)),
    });
    return this.instead !== null;
  }

  finished(view: View, { bits, duration_ms, latency_ms, abandoned }: Transfer): void {
    if (!abandoned) this.hear(bits, view.now_ms, latency_ms, view.now_ms - duration_ms);
  }
}

export const ourPlayer = (remembered_bps: number): Player => new OurPlayer(remembered_bps);
