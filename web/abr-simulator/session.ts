// One film played over one connection: what the viewer sees of it.
//
// As in Sabre (Spiteri, Sitaraman, Sparacio: From Theory to Practice, MMSys 2018): one transfer at a
// time, playing starts and goes on after a stall as soon as a whole segment is there.
import { Network, type Period, type Transfer, type Underway } from "./network";

/** A film as its segments' sizes. */
export interface Film {
  segment_duration_ms: number;
  /** Lowest first. */
  bitrates_kbps: readonly number[];
  /** By segment, then by rung. */
  segment_sizes_bits: readonly (readonly number[])[];
}

/** What a player may know. */
export interface View {
  now_ms: number;
  buffer_s: number;
  /** What was played so far. */
  played_s: number;
  started: boolean;
  /** Of the segment to fetch next, or under way. */
  segment: number;
  film: Film;
}

/** A segment that is there already, but was not played yet, can be fetched again: it is replaced. */
export type Choice = { rung: number; segment?: number } | { wait_ms: number };

export interface Player {
  /** Asked whenever nothing is under way. */
  next: (view: View) => Choice;
  /** True abandons what is under way; `next` is asked again. */
  abandons?: (view: View, underway: Underway, rung: number, segment: number) => boolean;
  finished?: (view: View, transfer: Transfer, rung: number, segment: number) => void;
}

/** How a play went. */
export interface Outcome {
  startup_s: number;
  stalled_s: number;
  stalls: number;
  played_s: number;
  /** Of what was played, averaged over time. */
  bitrate_kbps: number;
  switches: number;
  abandoned: number;
  /** Fetched and thrown away. */
  wasted_bits: number;
}

/** Stalled time as a share of stalled and played time. */
export function rebufferRatio({ stalled_s, played_s }: Outcome): number {
  return stalled_s / (stalled_s + played_s);
}

/** A choice that never comes would never end. */
const DECISIONS_MAX = 1_000_000;

class Session {
  private readonly film: Film;
  private readonly player: Player;
  private readonly network: Network;
  private readonly played: number[] = [];
  private buffer_s = 0;
  private played_s = 0;
  private segment = 0;
  private readonly outcome: Outcome = {
    startup_s: 0,
    stalled_s: 0,
    stalls: 0,
    played_s: 0,
    bitrate_kbps: 0,
    switches: 0,
    abandoned: 0,
    wasted_bits: 0,
  };

  constructor(film: Film, trace: readonly Period[], player: Player) {
    this.film = film;
    this.player = player;
    this.network = new Network(trace);
  }

  private view(passed_ms = 0): View {
    const started = this.played.length > 0;
    const played = started ? Math.min(this.buffer_s, passed_ms / 1000) : 0;
    return {
      now_ms: this.network.now_ms,
      buffer_s: this.buffer_s - played,
      played_s: this.played_s + played,
      started,
      segment: this.segment,
      film: this.film,
    };
  }

  /** Plays what is there while time goes by. */
  private play(ms: number): void {
    const { outcome } = this;
    if (this.played.length === 0) {
      outcome.startup_s += ms / 1000;
      return;
    }
    const played = Math.min(this.buffer_s, ms / 1000);
    const stalled = ms / 1000 - played;
    this.buffer_s -= played;
    this.played_s += played;
    if (stalled > 1e-9) {
      outcome.stalled_s += stalled;
      if (played > 0) outcome.stalls += 1;
    }
  }

  private fetch(rung: number, segment: number): void {
    const bits = this.film.segment_sizes_bits[segment]?.[rung];
    if (bits === undefined) throw new Error(`The film has no segment ${segment} of rung ${rung}.`);
    const { abandons } = this.player;
    const watch = abandons
      ? (underway: Underway) =>
          abandons.call(this.player, this.view(underway.elapsed_ms), underway, rung, segment)
      : undefined;
    const transfer = this.network.fetch(bits, watch);
    this.play(transfer.duration_ms);
    if (transfer.abandoned) {
      this.outcome.abandoned += 1;
      this.outcome.wasted_bits += transfer.bits;
    } else {
      this.append(rung, segment);
    }
    this.player.finished?.(this.view(), transfer, rung, segment);
  }

  private append(rung: number, segment: number): void {
    const segment_s = this.film.segment_duration_ms / 1000;
    if (segment === this.segment) {
      this.played.push(rung);
      this.buffer_s += segment_s;
      this.segment += 1;
      return;
    }
    const inTime = segment * segment_s >= this.played_s;
    const lost = inTime ? this.played[segment] : rung;
    this.outcome.wasted_bits += this.film.segment_sizes_bits[segment]?.[lost ?? 0] ?? 0;
    if (inTime) this.played[segment] = rung;
  }

  run(): Outcome {
    const { film, outcome } = this;
    for (let asked = 0; this.segment < film.segment_sizes_bits.length; asked += 1) {
      if (asked > DECISIONS_MAX) throw new Error("The player waits for ever.");
      const choice = this.player.next(this.view());
      if ("rung" in choice) {
        this.fetch(choice.rung, choice.segment ?? this.segment);
      } else {
        this.network.idle(choice.wait_ms);
        this.play(choice.wait_ms);
      }
    }
    const kbps = this.played.map((rung) => film.bitrates_kbps[rung] ?? NaN);
    outcome.bitrate_kbps = kbps.reduce((sum, value) => sum + value, 0) / kbps.length;
    outcome.switches = this.played.filter(
      (rung, at) => at > 0 && rung !== this.played[at - 1],
    ).length;
    outcome.played_s = (this.played.length * film.segment_duration_ms) / 1000;
    return outcome;
  }
}

/** Plays the whole film. */
export function simulate(film: Film, trace: readonly Period[], player: Player): Outcome {
  return new Session(film, trace, player).run();
}
