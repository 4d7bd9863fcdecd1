// Everything that can be done to a film while it plays, in one place for buttons, keys and fingers.
import { useEffect, useMemo, useRef, type RefObject } from "react";
import type { Engine, Tracks } from "./engine";
import type { PanelName } from "./Panels";
import { keepPreferences, readPreferences } from "./preferences";
import type { Steering } from "./useShortcuts";

interface Wish {
  video: RefObject<HTMLVideoElement | null>;
  engine: RefObject<Engine | null>;
  tracks: Tracks;
  fullscreen: () => void;
  stir: () => void;
  openPanel: (name: PanelName) => void;
  help: () => void;
  next: () => void;
  leave: () => void;
  enterControls: () => void;
}

export interface FullSteering extends Steering {
  chooseAudio: (id: string) => void;
  chooseSubtitles: (id: string | null) => void;
  chooseRung: (height: number | null) => void;
}

function setSound(video: HTMLVideoElement, volume: number, muted: boolean): void {
  video.volume = Math.min(1, Math.max(0, volume));
  video.muted = muted;
  keepPreferences({ volume: video.volume, muted });
}

async function togglePip(video: HTMLVideoElement): Promise<void> {
  if (document.pictureInPictureElement) await document.exitPictureInPicture();
  else await video.requestPictureInPicture();
}

/** The track to show when subtitles are switched on: the language chosen last, or the first. */
function usualSubtitles({ subtitles }: Tracks): string | null {
  const { subtitles: language } = readPreferences();
  return (subtitles.find((track) => track.language === language) ?? subtitles[0])?.id ?? null;
}

/** The same object for the player's whole life. */
export function useSteering(wish: Wish): FullSteering {
  const current = useRef(wish);
  useEffect(() => {
    current.current = wish;
  });
  useEffect(() => {
    const video = current.current.video.current;
    const { volume, muted } = readPreferences();
    if (video) setSound(video, volume, muted);
  }, []);
  return useMemo((): FullSteering => {
    const now = () => current.current;
    const withVideo = (act: (video: HTMLVideoElement) => void) => {
      const { video, stir } = now();
      if (video.current) act(video.current);
      stir();
    };
    const seek = (time_s: number) =>
      withVideo((video) => {
        const over = video.ended;
        video.currentTime = Math.min(
          Number.isFinite(video.duration) ? video.duration : Infinity,
          Math.max(0, time_s),
        );
        if (over) void video.play().catch(() => undefined);
      });
    const chooseSubtitles = (id: string | null) => {
      const { engine, tracks } = now();
      engine.current?.chooseSubtitles(id);
      keepPreferences({
        subtitles: tracks.subtitles.find((track) => track.id === id)?.language ?? null,
      });
    };
    return {
      toggle: () =>
        withVideo((video) => {
          if (video.paused) void video.play().catch(() => undefined);
          else video.pause();
        }),
      seek,
      skip: (by_s) => withVideo((video) => seek(video.currentTime + by_s)),
      mute: () =>
        withVideo((video) =>
          setSound(video, video.volume || 0.5, !video.muted && video.volume > 0),
        ),
      setVolume: (volume) => withVideo((video) => setSound(video, volume, volume <= 0)),
      setSpeed: (speed) => withVideo((video) => (video.playbackRate = speed)),
      pip: () => withVideo((video) => void togglePip(video).catch(() => undefined)),
      fullscreen: () => now().fullscreen(),
      openPanel: (name) => now().openPanel(name),
      help: () => now().help(),
      next: () => now().next(),
      leave: () => now().leave(),
      enterControls: () => {
        now().stir();
        now().enterControls();
      },
      chooseSubtitles,
      subtitles: () => {
        const { tracks } = now();
        if (tracks.subtitlesId !== null) now().engine.current?.chooseSubtitles(null);
        else chooseSubtitles(usualSubtitles(tracks));
        now().stir();
      },
      chooseAudio: (id) => {
        const { engine, tracks } = now();
        engine.current?.chooseAudio(id);
        const language = tracks.audio.find((track) => track.id === id)?.language;
        if (language) keepPreferences({ audio: language });
      },
      chooseRung: (height) => now().engine.current?.chooseRung(height),
    };
  }, []);
}
