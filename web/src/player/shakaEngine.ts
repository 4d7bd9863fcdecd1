// Plays DASH with Shaka Player.
import type shaka from "shaka-player/dist/shaka-player.dash-es2021.js";
import type { PlaySession } from "../api/messages";
import { languageWords } from "../catalog/wording";
import {
  EngineError,
  type Engine,
  type EngineListener,
  type Track,
  type Tracks,
  type Trouble,
} from "./engine";
import { waysTo, withToken } from "./mediaAddress";
import type { Preferences } from "./preferences";

type Shaka = typeof shaka;
type TrackInfo = PlaySession["audio"][number];

export interface Stage {
  video: HTMLVideoElement;
  /** Where subtitles are drawn. */
  container: HTMLElement;
}

const RETRIES = {
  maxAttempts: 4,
  baseDelay: 600,
  backoffFactor: 2,
  fuzzFactor: 0.5,
  timeout: 30_000,
  stallTimeout: 8_000,
  connectionTimeout: 10_000,
};

/** What to do about failures is decided by the player's page, which can say so. Shaka insists on one
 * parameter. */
// eslint-disable-next-line @typescript-eslint/no-unused-vars
function leaveToThePage(_error: unknown): void {
  // Shaka's "error" event tells the page.
}

const SETTINGS = {
  manifest: { retryParameters: RETRIES },
  streaming: {
    retryParameters: RETRIES,
    bufferingGoal: 40,
    bufferBehind: 40,
    ignoreTextStreamFailures: true,
    failureCallback: leaveToThePage,
  },
  abr: { restrictToElementSize: true, defaultBandwidthEstimate: 3_000_000 },
};

const NETWORK = 1;
const BAD_HTTP_STATUS = 1001;
const CRITICAL = 2;

/** Sorts one of Shaka's errors by what can be done about it. */
export function troubleOf(error: { category: unknown; code: unknown; data?: unknown }): Trouble {
  const code = `shaka_${String(error.code)}`;
  if (error.category !== NETWORK) return { kind: "media", code };
  const status: unknown = Array.isArray(error.data) ? error.data[1] : null;
  const refused = error.code === BAD_HTTP_STATUS && [401, 403, 410].includes(Number(status));
  return {
    kind: refused ? "refused" : "network",
    code: refused ? `${code}_${Number(status)}` : code,
  };
}

function labelOf(language: string, label: string | null, known: readonly TrackInfo[]): string {
  return (
    label ?? known.find((info) => info.language === language)?.label ?? languageWords(language)
  );
}

class ShakaEngine implements Engine {
  private readonly player: shaka.Player;
  private readonly session: PlaySession;
  private readonly listener: EngineListener;
  private token: string | null = null;
  private rung: number | null = null;

  constructor(library: Shaka, session: PlaySession, listener: EngineListener) {
    this.player = new library.Player();
    this.session = session;
    this.listener = listener;
  }

  async start({ video, container }: Stage, preferences: Preferences): Promise<void> {
    const { player } = this;
    player.configure({
      ...SETTINGS,
      ...(preferences.audio && { preferredAudio: [{ language: preferences.audio }] }),
      ...(preferences.subtitles && { preferredText: [{ language: preferences.subtitles }] }),
    });
    player.setVideoContainer(container);
    player.getNetworkingEngine()?.registerRequestFilter((_type, request) => {
      const ways = request.uris.flatMap((uri) => waysTo(uri, this.session.pathways));
      request.uris = this.token ? ways.map((uri) => withToken(uri, this.token ?? "")) : ways;
    });
    for (const event of [
      "trackschanged",
      "variantchanged",
      "textchanged",
      "adaptation",
      "audiotrackschanged",
    ]) {
      player.addEventListener(event, () => this.listener.tracks(this.tracks()));
    }
    player.addEventListener("error", (event) => {
      const { detail } = event as unknown as { detail: shaka.util.Error };
      if (detail.severity === CRITICAL) this.listener.trouble(troubleOf(detail));
    });
    await player.attach(video);
  }

  async load(at_s: number): Promise<void> {
    try {
      await this.player.load(new URL(this.session.dash_url, location.href).href, at_s);
      this.listener.tracks(this.tracks());
    } catch (error) {
      const told = error as { category?: unknown; code?: unknown; data?: unknown };
      throw new EngineError(
        troubleOf({ category: told.category, code: told.code, data: told.data }),
        { cause: error },
      );
    }
  }

  private heights(): number[] {
    const heights = this.player.getVariantTracks().flatMap(({ height }) => height ?? []);
    return [...new Set(heights)].sort((a, b) => b - a);
  }

  private tracks(): Tracks {
    const variants = this.player.getVariantTracks();
    const audio = this.player.getAudioTracks();
    const text = this.player.getTextTracks().filter(({ forced }) => !forced);
    const trackOf = (
      { language, label }: { language: string; label: string | null },
      index: number,
      known: readonly TrackInfo[],
    ): Track => ({ id: String(index), language, label: labelOf(language, label, known) });
    const activeOf = (all: readonly { active: boolean }[]) => {
      const at = all.findIndex(({ active }) => active);
      return at === -1 ? null : String(at);
    };
    return {
      rungs: this.heights().map((height) => ({ height })),
      rung: this.rung,
      height: variants.find(({ active }) => active)?.height ?? null,
      audio: audio.map((track, index) => trackOf(track, index, this.session.audio)),
      audioId: activeOf(audio),
      subtitles: text.map((track, index) => trackOf(track, index, this.session.subtitles)),
      subtitlesId: activeOf(text),
    };
  }

  retry(): boolean {
    return this.player.retryStreaming(0.1);
  }

  setToken(token: string): void {
    this.token = token;
  }

  chooseRung(height: number | null): void {
    this.rung = height;
    this.player.configure("abr.enabled", height === null);
    const track = this.player.getVideoTracks().find((one) => one.height === height);
    if (track) this.player.selectVideoTrack(track, true);
    this.listener.tracks(this.tracks());
  }

  chooseAudio(id: string): void {
    const track = this.player.getAudioTracks()[Number(id)];
    if (track) this.player.selectAudioTrack(track);
    this.listener.tracks(this.tracks());
  }

  chooseSubtitles(id: string | null): void {
    const all = this.player.getTextTracks().filter(({ forced }) => !forced);
    this.player.selectTextTrack(id === null ? null : (all[Number(id)] ?? null));
    this.listener.tracks(this.tracks());
  }

  bitrate_bps(): number | null {
    const { streamBandwidth } = this.player.getStats();
    return streamBandwidth > 0 ? Math.round(streamBandwidth) : null;
  }

  async destroy(): Promise<void> {
    await this.player.destroy();
  }
}

/** An engine attached to the stage, with nothing loaded yet. */
export async function startShaka(
  library: Shaka,
  stage: Stage,
  session: PlaySession,
  preferences: Preferences,
  listener: EngineListener,
): Promise<Engine> {
  const engine = new ShakaEngine(library, session, listener);
  await engine.start(stage, preferences);
  return engine;
}
