// A device that cannot keep up drops frames: then the stream that is too much for it rests for a while.
import type shaka from "shaka-player/dist/shaka-player.dash-es2021.js";

type Config = shaka.extern.AbrConfiguration;
type Disable = shaka.extern.AbrManager.DisableStreamCallback;

interface Frames {
  dropped: number;
  all: number;
}

function framesOf(video: HTMLMediaElement | null): Frames | null {
  if (!(video instanceof HTMLVideoElement)) return null;
  const { droppedVideoFrames, totalVideoFrames } = video.getVideoPlaybackQuality();
  return { dropped: droppedVideoFrames, all: totalVideoFrames };
}

/** Whether too large a share of the frames between two looks was dropped. */
export function isTooMany(before: Frames, now: Frames, share_max: number): boolean {
  const all = now.all - before.all;
  return all > 0 && (now.dropped - before.dropped) / all >= share_max;
}

/** Looks every few seconds while the film plays. */
export class DroppedFrames {
  private readonly asked: () => boolean;
  private disable: Disable | null = null;
  private config: Config | null = null;
  private video: HTMLMediaElement | null = null;
  private timer: ReturnType<typeof setInterval> | null = null;
  private before: Frames | null = null;

  constructor(asked: () => boolean) {
    this.asked = asked;
  }

  onTooMany(disable: Disable): void {
    this.disable = disable;
  }

  configure(config: Config): void {
    this.config = config;
    this.start();
  }

  watch(video: HTMLMediaElement | null): void {
    this.video?.removeEventListener("resize", this.forget);
    this.video = video;
    this.video?.addEventListener("resize", this.forget);
    this.start();
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    this.video?.removeEventListener("resize", this.forget);
    this.video = null;
  }

  /** A switch of size drops frames by itself. */
  private readonly forget = (): void => {
    this.before = null;
  };

  private start(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    const { video, config } = this;
    if (!video || !config?.droppedFrames) return;
    this.timer = setInterval(
      () => this.look(video, config),
      config.advanced.droppedFramesInterval * 1000,
    );
  }

  private look(video: HTMLMediaElement, { advanced }: Config): void {
    const now = framesOf(video);
    const { before } = this;
    this.before = now;
    // Faster than life, every browser leaves frames out.
    if (!now || !before || !this.asked() || video.paused || video.playbackRate > 1) return;
    if (!isTooMany(before, now, advanced.droppedFramesThreshold)) return;
    this.disable?.("video", advanced.droppedFramesBanDuration);
  }
}
