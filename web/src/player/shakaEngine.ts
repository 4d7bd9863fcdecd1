// Plays DASH with Shaka Player.
import type shaka from "shaka-player/dist/shaka-player.dash-es2021.js";
import type { PlaySession, WarmSession } from "../api/messages";
import { tuningOf, USUAL } from "./abr";
import { avoidAv1 } from "./decoding";
import { deferred } from "./deferred";
import {
  EngineError,
  Whisper,
  type Engine,
  type EngineFigures,
  type EngineListener,
  type Trouble,
} from "./engine";
import { licenceServers } from "./licence";
import { tokenOf, withToken } from "./mediaAddress";
import { MediaSupply, type Renew } from "./mediaSupply";
import { readPreferences } from "./preferences";
import { shakaSettings, type Film } from "./shakaSettings";
import { installSupply, supplyPlayer } from "./shakaSupply";
import { audioTracks, subtitleTracks, tracksOf } from "./shakaTracks";
import type { Stage } from "./stage";
import { keepSteering } from "./contentSteering";

type Shaka = typeof shaka;

const TRACK_EVENTS = [
  "trackschanged",
  "variantchanged",
  "textchanged",
  "adaptation",
  "audiotrackschanged",
];

const NETWORK = 1;
const DRM = 6;
const BAD_HTTP_STATUS = 1001;
const CRITICAL = 2;
const MIME = "application/dash+xml";
/** Start points nearer than this are the same. */
const SAME_PLACE_S = 0.5;

/** Sorts one of Shaka's errors by what can be done about it. */
export function troubleOf(error: { category?: unknown; code?: unknown; data?: unknown }): Trouble {
  const code = `shaka_${String(error.code)}`;
  if (error.category === DRM) return { kind: "locked", code };
  if (error.category !== NETWORK) return { kind: "media", code };
  const status: unknown = Array.isArray(error.data) ? error.data[1] : null;
  const refused = error.code === BAD_HTTP_STATUS && [401, 403, 410].includes(Number(status));
  return {
    kind: refused ? "refused" : "network",
    code: refused ? `${code}_${Number(status)}` : code,
  };
}

/** What names a package whatever token and host its address has. */
const packageOf = (dash_url: string): string =>
  new URL(withToken(dash_url, "-"), location.href).pathname;

const filmOf = (told: Pick<WarmSession, "tuning" | "height_max">): Film => ({
  tuning: tuningOf(told.tuning),
  lines_max: told.height_max,
});

class ShakaEngine implements Engine {
  private readonly player: shaka.Player;
  private readonly whisper = new Whisper();
  private readonly supply = new MediaSupply([], this.whisper);
  private readonly granted = deferred<null>();
  private leaving = new AbortController();
  private known: Pick<PlaySession, "audio" | "subtitles"> = { audio: [], subtitles: [] };
  private rung: number | null = null;
  private film: Film = { tuning: USUAL, lines_max: Infinity };
  /** What is known of the device has changed since it was set up. */
  private isOutdated = true;
  private ahead: { package: string; film: Promise<shaka.media.PreloadManager | null> } | null =
    null;
  private rehearsal: Promise<unknown> | null = null;

  constructor(library: Shaka) {
    this.player = new library.Player();
  }

  /** Sets the player up for this device and viewer, as they are now. */
  async configure(): Promise<void> {
    this.isOutdated = false;
    this.player.configure(await shakaSettings(readPreferences(), this.player, () => this.film));
  }

  connect(): void {
    const { player } = this;
    supplyPlayer(player, {
      supply: this.supply,
      granted: this.granted.promise,
    });
    for (const event of TRACK_EVENTS) player.addEventListener(event, () => this.tellTracks());
    player.addEventListener("error", (event) => {
      const { detail } = event as unknown as { detail: shaka.util.Error };
      if (detail.severity === CRITICAL) this.whisper.trouble(troubleOf(detail));
    });
  }

  /** Fetches the manifest and the first segments, before anybody has pressed play. */
  fetchAhead(warm: WarmSession, at_s: number): void {
    this.film = filmOf(warm);
    this.supply.use(warm.pathways, tokenOf(warm.dash_url));
    this.player.configure("drm.servers", licenceServers(warm.licence));
    const film = this.player.preload(absolute(warm.dash_url), at_s, MIME);
    film.then((manager) => manager?.waitForFinish()).catch(() => this.forgetAhead());
    this.ahead = { package: packageOf(warm.dash_url), film };
  }

  /** Takes the stage, and rehearses what was fetched ahead: all but showing it. */
  async enter({ video, subtitles }: Stage): Promise<void> {
    this.player.setVideoContainer(subtitles);
    await this.player.attach(video);
    if (!this.ahead) return;
    const { film } = this.ahead;
    this.rehearsal = film.then((manager) => {
      if (manager) return this.player.load(manager);
      throw new Error("nothing was fetched ahead");
    });
    this.rehearsal.catch(() => undefined); // Whoever loads hears of it.
  }

  async load(session: PlaySession, at_s: number): Promise<void> {
    const { ahead, rehearsal } = this;
    this.forgetAhead();
    this.known = session;
    const reached = this.film.lines_max;
    this.film = filmOf(session);
    this.supply.use(session.pathways, tokenOf(session.dash_url));
    this.leaving.abort();
    this.leaving = new AbortController();
    void keepSteering(absolute(session.steering_url), this.supply, this.leaving.signal);
    this.granted.resolve(null);
    const isSame = reached === session.height_max && ahead?.package === packageOf(session.dash_url);
    if (rehearsal && isSame) {
      const went = await rehearsal.then(
        () => true,
        () => false,
      );
      if (went) {
        this.goTo(at_s);
        this.tellTracks();
        return;
      }
    }
    await this.loadAnew(session, at_s);
  }

  private async loadAnew(session: PlaySession, at_s: number): Promise<void> {
    const { player } = this;
    try {
      if (this.isOutdated) await this.configure();
      player.configure("drm.servers", licenceServers(session.licence));
      await player.load(absolute(session.dash_url), at_s, MIME);
      this.tellTracks();
    } catch (error) {
      throw new EngineError(troubleOf(error as shaka.util.Error), { cause: error });
    }
  }

  private goTo(at_s: number): void {
    const video = this.player.getMediaElement();
    if (video && Math.abs(video.currentTime - at_s) > SAME_PLACE_S) video.currentTime = at_s;
  }

  private forgetAhead(): void {
    this.ahead = null;
    this.rehearsal = null;
  }

  private tellTracks(): void {
    this.whisper.tracks(tracksOf(this.player, this.rung, this.known));
  }

  listen(listener: EngineListener): void {
    this.whisper.listen(listener);
  }

  setToken(token: string): void {
    this.supply.setToken(token);
  }

  renewWith(renew: Renew): void {
    this.supply.renewWith(renew);
  }

  preferSafeCodec(): void {
    const active = this.player.getVariantTracks().find((track) => track.active);
    if (!active?.videoCodec?.startsWith("av01")) return;
    avoidAv1();
    this.isOutdated = true;
  }

  chooseRung(height: number | null): void {
    this.rung = height;
    this.player.configure("abr.enabled", height === null);
    const fitting = this.player.getVideoTracks().filter((one) => one.height === height);
    const [track] = fitting.sort((one, other) => other.bandwidth - one.bandwidth);
    if (track) this.player.selectVideoTrack(track, true);
    this.tellTracks();
  }

  chooseAudio(id: string): void {
    const track = audioTracks(this.player)[Number(id)];
    if (track) this.player.selectAudioTrack(track);
    this.tellTracks();
  }

  chooseSubtitles(id: string | null): void {
    const all = subtitleTracks(this.player);
    this.player.selectTextTrack(id === null ? null : (all[Number(id)] ?? null));
    this.tellTracks();
  }

  figures(): EngineFigures {
    const { streamBandwidth, estimatedBandwidth } = this.player.getStats();
    const positive = (bps: number) => (bps > 0 ? Math.round(bps) : null);
    return {
      bitrate_bps: positive(streamBandwidth),
      bandwidth_bps: positive(estimatedBandwidth),
      pathway: this.supply.known[0]?.id ?? null,
    };
  }

  async destroy(): Promise<void> {
    this.forgetAhead();
    this.leaving.abort();
    this.granted.reject(new Error("the player is gone"));
    this.granted.promise.catch(() => undefined);
    this.player.destroyAllPreloads();
    await (this.player.destroy() as Promise<unknown>);
  }
}

const absolute = (address: string): string => new URL(address, location.href).href;

export type { ShakaEngine };

/** An engine that has neither film nor stage yet. */
export async function makeShaka(library: Shaka): Promise<ShakaEngine> {
  library.polyfill.installAll();
  installSupply(library);
  const engine = new ShakaEngine(library);
  engine.connect();
  await engine.configure();
  return engine;
}
