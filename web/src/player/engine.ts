// What the player's controls ask of whatever plays: Shaka Player, or the browser itself.
import type { PlaySession } from "../api/messages";
import type { Renew } from "./mediaSupply";

export interface Rung {
  height: number;
}

export interface Track {
  id: string;
  language: string;
  label: string;
}

export interface Tracks {
  /** Tallest first. Empty where the quality cannot be chosen. */
  rungs: readonly Rung[];
  /** The chosen rung's height; null leaves it to the network. */
  rung: number | null;
  /** The height on screen now. */
  height: number | null;
  audio: readonly Track[];
  audioId: string | null;
  subtitles: readonly Track[];
  subtitlesId: string | null;
}

export const NO_TRACKS: Tracks = {
  rungs: [],
  rung: null,
  height: null,
  audio: [],
  audioId: null,
  subtitles: [],
  subtitlesId: null,
};

/**
 * Why playing stopped. `network`: nothing came for minutes; `refused`: the media token no longer opens
 * the door and no other is to be had; `locked`: this browser cannot unlock a protected film.
 */
export interface Trouble {
  kind: "network" | "refused" | "locked" | "media";
  /** For reports; never shown alone. */
  code: string;
}

export interface EngineListener {
  tracks: (tracks: Tracks) => void;
  trouble: (trouble: Trouble) => void;
  /** Nothing comes from the network just now (true); it comes again (false). */
  dry: (isDry: boolean) => void;
}

/** Where an engine stands. */
export interface EngineFigures {
  /** Of what is on screen. */
  bitrate_bps: number | null;
  /** What the connection gives, as far as it is known. */
  bandwidth_bps: number | null;
  /** The pathway that media comes over first; null where the browser chooses by itself. */
  pathway: string | null;
}

export interface Engine {
  /** Hears of everything from now on, of what was missed first. */
  listen: (listener: EngineListener) => void;
  /** Puts the film on its stage; goes on from what was fetched ahead. */
  load: (session: PlaySession, at_s: number) => Promise<void>;
  /** The next load takes the codec that every device decodes. */
  preferSafeCodec: () => void;
  /** Every further request carries this token. */
  setToken: (token: string) => void;
  /** How to get a fresh token when one is refused. */
  renewWith: (renew: Renew) => void;
  chooseRung: (height: number | null) => void;
  chooseAudio: (id: string) => void;
  chooseSubtitles: (id: string | null) => void;
  figures: () => EngineFigures;
  destroy: () => Promise<void>;
}

/** What `load` rejects with. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly trouble: Trouble;

  constructor(trouble: Trouble, options?: ErrorOptions) {
    super(`${trouble.kind} (${trouble.code})`, options);
    this.trouble = trouble;
  }
}

/** Keeps what nobody hears yet for the one who listens first. */
export class Whisper implements EngineListener {
  private listener: EngineListener | null = null;
  private readonly missed: { tracks?: Tracks; trouble?: Trouble; isDry?: boolean } = {};

  listen(listener: EngineListener): void {
    this.listener = listener;
    const { tracks, trouble, isDry } = this.missed;
    if (tracks) listener.tracks(tracks);
    if (isDry !== undefined) listener.dry(isDry);
    if (trouble) listener.trouble(trouble);
  }

  tracks(tracks: Tracks): void {
    if (this.listener) this.listener.tracks(tracks);
    else this.missed.tracks = tracks;
  }

  trouble(trouble: Trouble): void {
    if (this.listener) this.listener.trouble(trouble);
    else this.missed.trouble = trouble;
  }

  dry(isDry: boolean): void {
    if (this.listener) this.listener.dry(isDry);
    else this.missed.isDry = isDry;
  }
}
