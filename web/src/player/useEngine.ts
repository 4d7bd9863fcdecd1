// One engine per play session: made, loaded, mended and taken down again.
import { useEffect, useRef, useState, type RefObject } from "react";
import type { PlaySession } from "../api/messages";
import { EngineError, NO_TRACKS, type Engine, type Trouble } from "./engine";
import { loadShaka } from "./load";
import { hasMediaSource, startNative } from "./nativeEngine";
import { readPreferences } from "./preferences";
import { startShaka } from "./shakaEngine";

/** Waits before trying the network again, in seconds; after the last, the viewer decides. */
const RETRY_DELAYS_S = [1, 2, 4, 8, 15];

interface Wish {
  engine: RefObject<Engine | null>;
  session: PlaySession;
  start_s: number;
  video: RefObject<HTMLVideoElement | null>;
  container: RefObject<HTMLElement | null>;
  /** The media token ran out or was taken back. */
  onRefused: (code: string) => void;
  onFailed: (code: string) => void;
}

async function startEngine(
  wish: Wish,
  stage: { video: HTMLVideoElement; container: HTMLElement },
  listener: Parameters<typeof startShaka>[4],
): Promise<Engine> {
  if (!hasMediaSource()) return startNative(stage.video, wish.session, listener);
  const library = await loadShaka().catch((cause: unknown) => {
    throw new EngineError({ kind: "network", code: "player_not_loaded" }, { cause });
  });
  library.polyfill.installAll();
  return startShaka(library, stage, wish.session, readPreferences(), listener);
}

export function useEngine(wish: Wish) {
  const [tracks, setTracks] = useState(NO_TRACKS);
  const [mending, setMending] = useState(false);
  const current = useRef(wish);
  useEffect(() => {
    current.current = wish;
  });

  useEffect(() => {
    const { video, container, engine } = current.current;
    const stage = { video: video.current, container: container.current };
    if (!stage.video || !stage.container) return;
    const ready = { video: stage.video, container: stage.container };
    let gone = false;
    let tries = 0;
    let timer: number | undefined;

    const onTrouble = (trouble: Trouble) => {
      if (gone) return;
      if (trouble.kind === "refused") current.current.onRefused(trouble.code);
      else if (trouble.kind === "media") current.current.onFailed(trouble.code);
      else mend(trouble);
    };
    const mend = (trouble: Trouble) => {
      const wait_s = RETRY_DELAYS_S[tries];
      tries += 1;
      if (wait_s === undefined) {
        current.current.onFailed(trouble.code);
        return;
      }
      setMending(true);
      clearTimeout(timer);
      timer = window.setTimeout(() => {
        if (gone) return;
        if (!engine.current?.retry()) void play();
      }, wait_s * 1000);
    };
    const onMoving = () => {
      tries = 0;
      setMending(false);
    };
    ready.video.addEventListener("timeupdate", onMoving);

    let reached_s = current.current.start_s;
    const play = async () => {
      try {
        engine.current ??= await startEngine(current.current, ready, {
          tracks: (next) => !gone && setTracks(next),
          trouble: onTrouble,
        });
        if (gone) return;
        reached_s = ready.video.currentTime || reached_s;
        await engine.current.load(reached_s);
        // Refused where nobody has clicked yet; then Play waits on screen.
        await ready.video.play().catch(() => undefined);
      } catch (error) {
        if (gone) return;
        onTrouble(
          error instanceof EngineError ? error.trouble : { kind: "media", code: "unknown" },
        );
      }
    };
    // A tick later, so that a page that is left at once starts nothing.
    timer = window.setTimeout(() => void play(), 0);

    return () => {
      gone = true;
      clearTimeout(timer);
      ready.video.removeEventListener("timeupdate", onMoving);
      void engine.current?.destroy();
      engine.current = null;
    };
  }, [wish.session]);

  return { tracks, mending };
}
