// What a good player does around the film: full screen, keys on the keyboard's own media row, and a
// screen that does not fall asleep.
import { useEffect, useState, type RefObject } from "react";
import type { Title } from "../api/messages";
import type { Doing } from "./Controls";
import type { Playback } from "./usePlayback";

/** Older iPhones know only this. */
function fillScreen(video: HTMLVideoElement | null): void {
  if (!video || !("webkitEnterFullscreen" in video)) return;
  (video.webkitEnterFullscreen as () => void).call(video);
}

export function useFullscreen(
  frame: RefObject<HTMLElement | null>,
  video: RefObject<HTMLVideoElement | null>,
) {
  const [isFullscreen, setFullscreen] = useState(false);
  useEffect(() => {
    const look = () => setFullscreen(document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", look);
    return () => {
      document.removeEventListener("fullscreenchange", look);
      if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined);
    };
  }, []);
  const toggle = () => {
    if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined);
    else if (document.fullscreenEnabled)
      void frame.current?.requestFullscreen().catch(() => undefined);
    // On an iPhone only the video itself can fill the screen.
    else fillScreen(video.current);
  };
  return { isFullscreen, toggle };
}

export function useWakeLock(playing: boolean): void {
  useEffect(() => {
    if (!playing || !("wakeLock" in navigator)) return;
    let lock: WakeLockSentinel | null = null;
    const leaving = new AbortController();
    const gone = () => leaving.signal.aborted;
    const take = async () => {
      if (document.visibilityState !== "visible" || gone()) return;
      lock = await navigator.wakeLock.request("screen");
      if (gone()) await lock.release();
    };
    const takeAgain = () => void take().catch(() => undefined);
    takeAgain();
    // The browser lets go of the lock when the page is hidden.
    document.addEventListener("visibilitychange", takeAgain);
    return () => {
      leaving.abort();
      document.removeEventListener("visibilitychange", takeAgain);
      void lock?.release().catch(() => undefined);
    };
  }, [playing]);
}

/** Shows the film on lock screens and lets media keys steer it. */
export function useMediaSession(
  title: Title | undefined,
  name: string,
  playback: Playback,
  doing: Doing,
): void {
  const poster = title?.artwork.poster ?? title?.artwork.backdrop;
  useEffect(() => {
    if (!("mediaSession" in navigator)) return;
    navigator.mediaSession.metadata = new MediaMetadata({
      title: name,
      artist: "Matinee",
      artwork: poster ? [{ src: poster }] : [],
    });
    return () => {
      navigator.mediaSession.metadata = null;
    };
  }, [name, poster]);

  useEffect(() => {
    if (!("mediaSession" in navigator)) return;
    const handlers: [MediaSessionAction, MediaSessionActionHandler][] = [
      ["play", doing.toggle],
      ["pause", doing.toggle],
      ["seekbackward", () => doing.skip(-10)],
      ["seekforward", () => doing.skip(10)],
      ["seekto", ({ seekTime }) => seekTime != null && doing.seek(seekTime)],
    ];
    for (const [action, handler] of handlers)
      navigator.mediaSession.setActionHandler(action, handler);
    return () => {
      for (const [action] of handlers) navigator.mediaSession.setActionHandler(action, null);
    };
  }, [doing]);

  const { paused, duration_s, time_s, speed, started } = playback;
  const second = Math.floor(time_s);
  useEffect(() => {
    if (!("mediaSession" in navigator) || !started || duration_s <= 0) return;
    navigator.mediaSession.playbackState = paused ? "paused" : "playing";
    navigator.mediaSession.setPositionState({
      duration: duration_s,
      position: Math.min(second, duration_s),
      playbackRate: speed || 1,
    });
  }, [paused, duration_s, second, speed, started]);
}
