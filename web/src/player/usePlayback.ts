// What the video element is doing, for everything that shows it.
import { useEffect, useState, type RefObject } from "react";

export interface Range {
  start_s: number;
  end_s: number;
}

export interface Playback {
  paused: boolean;
  ended: boolean;
  /** Waiting for bytes. */
  waiting: boolean;
  /** A first frame has been shown. */
  started: boolean;
  time_s: number;
  duration_s: number;
  buffered: readonly Range[];
  volume: number;
  muted: boolean;
  speed: number;
}

const EVENTS = [
  "play",
  "pause",
  "playing",
  "waiting",
  "seeking",
  "seeked",
  "ended",
  "timeupdate",
  "durationchange",
  "progress",
  "volumechange",
  "ratechange",
  "loadeddata",
  "canplay",
  "emptied",
] as const;

function rangesOf(buffered: TimeRanges): Range[] {
  return Array.from({ length: buffered.length }, (_, index) => ({
    start_s: buffered.start(index),
    end_s: buffered.end(index),
  }));
}

export function usePlayback(ref: RefObject<HTMLVideoElement | null>, known_s: number): Playback {
  const [playback, setPlayback] = useState<Playback>({
    paused: false,
    ended: false,
    waiting: true,
    started: false,
    time_s: 0,
    duration_s: known_s,
    buffered: [],
    volume: 1,
    muted: false,
    speed: 1,
  });
  useEffect(() => {
    const video = ref.current;
    if (!video) return;
    const look = () => {
      const whole_s =
        Number.isFinite(video.duration) && video.duration > 0 ? video.duration : known_s;
      setPlayback((before) => {
        const started = before.started || video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
        return {
          // Before the first frame it counts as about to play, unless the browser refused.
          paused: started && video.paused,
          ended: video.ended,
          waiting: video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA && !video.ended,
          started,
          time_s: video.currentTime,
          duration_s: whole_s,
          buffered: rangesOf(video.buffered),
          volume: video.volume,
          muted: video.muted,
          speed: video.playbackRate,
        };
      });
    };
    for (const event of EVENTS) video.addEventListener(event, look);
    look();
    return () => {
      for (const event of EVENTS) video.removeEventListener(event, look);
    };
  }, [ref, known_s]);
  return playback;
}
