// Plays HLS with what the browser has: where it has no Media Source Extensions (older iPhones), or
// cannot unlock what we give Shaka Player (Safari).
import type { PlaySession } from "../api/messages";
import { languageWords } from "../catalog/wording";
import {
  EngineError,
  NO_TRACKS,
  Whisper,
  type Engine,
  type EngineFigures,
  type EngineListener,
  type Tracks,
} from "./engine";

const isSubtitle = (track: TextTrack): boolean =>
  track.kind === "subtitles" || track.kind === "captions";

class NativeEngine implements Engine {
  private readonly video: HTMLVideoElement;
  private readonly whisper = new Whisper();
  private readonly leaving = new AbortController();

  constructor(video: HTMLVideoElement) {
    this.video = video;
    const { signal } = this.leaving;
    const tell = () => this.whisper.tracks(this.tracks());
    video.textTracks.addEventListener("change", tell, { signal });
    video.textTracks.addEventListener("addtrack", tell, { signal });
    video.addEventListener("error", () => this.whisper.trouble(this.trouble()), { signal });
  }

  listen(listener: EngineListener): void {
    this.whisper.listen(listener);
  }

  private trouble() {
    const code = this.video.error?.code ?? 0;
    const kind = code === MediaError.MEDIA_ERR_DECODE ? ("media" as const) : ("refused" as const);
    // The browser hides why a file did not come; an expired token is the likely reason, and a new
    // session is right for a lost network too.
    return { kind, code: `native_${code}` };
  }

  private textTracks(): TextTrack[] {
    return [...this.video.textTracks].filter(isSubtitle);
  }

  private tracks(): Tracks {
    const all = this.textTracks();
    const shown = all.findIndex(({ mode }) => mode === "showing");
    return {
      ...NO_TRACKS,
      height: this.video.videoHeight || null,
      subtitles: all.map(({ language, label }, index) => ({
        id: String(index),
        language,
        label: label || languageWords(language),
      })),
      subtitlesId: shown === -1 ? null : String(shown),
    };
  }

  load(session: PlaySession, at_s: number): Promise<void> {
    const { video } = this;
    const { signal } = this.leaving;
    return new Promise((resolve, reject) => {
      const once = { once: true, signal };
      video.addEventListener("error", () => reject(new EngineError(this.trouble())), once);
      video.addEventListener(
        "loadedmetadata",
        () => {
          if (at_s > 0) video.currentTime = at_s;
          this.whisper.tracks(this.tracks());
          resolve();
        },
        once,
      );
      const address = new URL(session.hls_url, location.href);
      // It keeps to one mix of the sound by itself, the one that suits its loudspeakers.
      address.searchParams.delete("mix");
      video.src = address.href;
      video.load();
    });
  }

  preferSafeCodec(): void {
    // The browser chooses.
  }

  setToken(): void {
    // The browser fetches by itself: when the old token ends, a new session is opened.
  }

  renewWith(): void {
    // As above.
  }

  chooseRung(): void {
    // The browser chooses.
  }

  chooseAudio(): void {
    // The browser chooses.
  }

  chooseSubtitles(id: string | null): void {
    this.textTracks().forEach((track, index) => {
      track.mode = String(index) === id ? "showing" : "disabled";
    });
  }

  figures(): EngineFigures {
    return { bitrate_bps: null, bandwidth_bps: null, pathway: null };
  }

  destroy(): Promise<void> {
    this.leaving.abort();
    this.video.removeAttribute("src");
    this.video.load();
    return Promise.resolve();
  }
}

export function makeNative(video: HTMLVideoElement): Engine {
  return new NativeEngine(video);
}

/** Whether scripts may feed the video element. */
export function hasMediaSource(): boolean {
  return "MediaSource" in window || "ManagedMediaSource" in window;
}

/** Whether the browser plays HLS by itself. */
export function playsHls(video: HTMLVideoElement): boolean {
  return video.canPlayType("application/vnd.apple.mpegurl") !== "";
}
