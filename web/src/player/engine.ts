// What the player's controls ask of whatever plays: Shaka Player, or the browser itself.

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

/** Why playing stopped. `refused`: the media token no longer opens the door. */
export interface Trouble {
  kind: "network" | "refused" | "media";
  /** For reports; never shown alone. */
  code: string;
}

export interface EngineListener {
  tracks: (tracks: Tracks) => void;
  trouble: (trouble: Trouble) => void;
}

export interface Engine {
  load: (at_s: number) => Promise<void>;
  /** Goes on after trouble with the network. False where only loading again helps. */
  retry: () => boolean;
  /** Every further request carries this token. */
  setToken: (token: string) => void;
  chooseRung: (height: number | null) => void;
  chooseAudio: (id: string) => void;
  chooseSubtitles: (id: string | null) => void;
  bitrate_bps: () => number | null;
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
