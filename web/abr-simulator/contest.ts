// Every player over every trace: what they come to, side by side.
import type { Period } from "./network";
import { bolaBasic, lowest, throughputRule } from "./players/published";
import { dashPlayers } from "./players/dash";
import type { DashLibrary } from "./players/dashLibrary";
import { hlsPlayer, type HlsLibrary } from "./players/hls";
import { ourPlayer } from "./players/ours";
import { shakaPlayer, type ShakaLibrary } from "./players/shaka";
import { rebufferRatio, simulate, type Film, type Outcome, type Player } from "./session";

export interface Libraries {
  dash: DashLibrary;
  hls: HlsLibrary;
  shaka: ShakaLibrary;
}

export type Makers = Record<string, (film: Film) => Player>;

/** Means over the traces of a set. */
export interface Result {
  film: string;
  set: string;
  player: string;
  traces: number;
  rebuffer_percent: number;
  bitrate_kbps: number;
  switches: number;
  startup_s: number;
  stalls: number;
  abandoned: number;
  wasted_percent: number;
}

/** Shaka Player's own guess where nothing is known; ours has none better in a simulation. */
const UNKNOWN_BPS = 3_000_000;
/** A film of minutes never fills this. */
const NEVER_FULL_S = 600;

export const OWN = "Matinee";

export function peers({ dash, hls, shaka }: Libraries): Makers {
  return {
    "hls.js": (film) => hlsPlayer(hls, film),
    "dash.js": dashPlayers(dash),
    "Shaka Player": (film) => shakaPlayer(shaka, film),
  };
}

/** The rules of the papers, and the least that stalls: the lowest rung alone. */
export const published: Makers = {
  "throughput 25 s": () => throughputRule(25),
  "BOLA 25 s": () => bolaBasic(25),
  "BOLA 60 s": () => bolaBasic(60),
  "lowest rung 60 s": () => lowest(60),
  "lowest rung": () => lowest(NEVER_FULL_S),
};

export const own: Makers = { [OWN]: () => ourPlayer(UNKNOWN_BPS) };

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function summary(outcomes: readonly Outcome[]): Omit<Result, "film" | "set" | "player"> {
  return {
    traces: outcomes.length,
    rebuffer_percent: 100 * mean(outcomes.map(rebufferRatio)),
    bitrate_kbps: mean(outcomes.map(({ bitrate_kbps }) => bitrate_kbps)),
    switches: mean(outcomes.map(({ switches }) => switches)),
    startup_s: mean(outcomes.map(({ startup_s }) => startup_s)),
    stalls: mean(outcomes.map(({ stalls }) => stalls)),
    abandoned: mean(outcomes.map(({ abandoned }) => abandoned)),
    wasted_percent:
      100 *
      mean(
        outcomes.map(
          ({ wasted_bits, played_s, bitrate_kbps }) =>
            wasted_bits / (wasted_bits + played_s * bitrate_kbps * 1000),
        ),
      ),
  };
}

/** One set of traces with one film. */
export function contest(
  makers: Makers,
  film: Film,
  traces: readonly (readonly Period[])[],
): Omit<Result, "film" | "set">[] {
  return Object.entries(makers).map(([player, make]) => ({
    player,
    ...summary(traces.map((trace) => simulate(film, trace, make(film)))),
  }));
}
