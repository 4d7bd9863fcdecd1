// What the engine of a showing tells the page: tracks, trouble, and whether anything comes.
import { useEffect, useRef, useState, type RefObject } from "react";
import { rememberConnection } from "./connection";
import { EngineError, NO_TRACKS, type Engine, type Trouble } from "./engine";
import { closeShowing, type Showing } from "./showing";

/** A film that cannot be decoded is loaded again this often, before we say so. */
const RELOADS_MAX = 2;
/** What the connection gives is noted this often. */
const NOTE_MS = 10_000;

interface Wish {
  showing: Showing;
  engine: RefObject<Engine | null>;
  /** No media token is to be had for this session any more. */
  onRefused: (code: string) => void;
  onFailed: (trouble: Trouble) => void;
}

const troubleIn = (error: unknown): Trouble =>
  error instanceof EngineError ? error.trouble : { kind: "media", code: "unknown" };

export function useEngine(wish: Wish) {
  const [tracks, setTracks] = useState(NO_TRACKS);
  const [isDry, setDry] = useState(false);
  const current = useRef(wish);
  useEffect(() => {
    current.current = wish;
  });

  const { showing } = wish;
  useEffect(() => {
    const { engine } = current.current;
    const { video } = showing.stage;
    let gone = false;
    let reloads = 0;

    const onTrouble = (trouble: Trouble) => {
      if (gone) return;
      if (trouble.kind === "refused") current.current.onRefused(trouble.code);
      else if (trouble.kind === "media" && reloads < RELOADS_MAX) void reload();
      else current.current.onFailed(trouble);
    };
    const show = async (loading: Promise<void>) => {
      try {
        await loading;
        // Refused where nobody has clicked yet; then Play waits on screen.
        if (!gone) await video.play().catch(() => undefined);
      } catch (error) {
        onTrouble(troubleIn(error));
      }
    };
    const reload = async () => {
      reloads += 1;
      const at_s = video.currentTime || showing.start_s;
      engine.current?.preferSafeCodec();
      await show(engine.current?.load(showing.session, at_s) ?? showing.loaded);
    };
    showing.engine.then(
      (made) => {
        if (gone) return;
        engine.current = made;
        made.listen({
          tracks: (next) => !gone && setTracks(next),
          trouble: onTrouble,
          dry: (next) => !gone && setDry(next),
        });
      },
      () => undefined, // `loaded` rejects with the same.
    );
    void show(showing.loaded);
    const timer = setInterval(() => {
      const bps = engine.current?.figures().bandwidth_bps;
      if (bps && !video.paused) rememberConnection(bps);
    }, NOTE_MS);

    return () => {
      gone = true;
      clearInterval(timer);
      engine.current = null;
      void closeShowing(showing);
    };
  }, [showing]);

  return { tracks, isDry };
}
