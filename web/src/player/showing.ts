// One showing of a film: from a press of Play to frames on a stage. Everything that can happen at the
// same time does: the session, the player's code, what was fetched ahead.
import type { PlaySession } from "../api/messages";
import { EngineError, type Engine } from "./engine";
import { canUnlock } from "./licence";
import { loadShaka } from "./load";
import { hasMediaSource, makeNative, playsHls } from "./nativeEngine";
import { pause_ms } from "./patience";
import type { Press } from "./press";
import { makeShaka, type ShakaEngine } from "./shakaEngine";
import { makeStage, type Stage } from "./stage";
import { takeWarm } from "./warming";

export interface Showing {
  session: PlaySession;
  /** Where it begins. */
  start_s: number;
  stage: Stage;
  engine: Promise<Engine>;
  /** Rejects with `EngineError`. */
  loaded: Promise<void>;
}

const LOAD_TRIES = 6;

async function makeColdEngine(): Promise<ShakaEngine> {
  for (let tried = 1; ; tried++) {
    try {
      return await makeShaka(await loadShaka());
    } catch (cause) {
      if (tried >= LOAD_TRIES) {
        throw new EngineError({ kind: "network", code: "player_not_loaded" }, { cause });
      }
      await new Promise((resolve) => setTimeout(resolve, pause_ms(tried, Math.random())));
    }
  }
}

/** The engine that was warmed, if it is there before the session is; a new one otherwise. */
async function makeEngine(titleId: string, session: Promise<PlaySession>): Promise<ShakaEngine> {
  const warm = takeWarm(titleId);
  if (!warm) return makeColdEngine();
  const ready = await Promise.race([warm.engine, session.then(() => null)]);
  if (ready) return ready;
  warm.giveUp();
  return makeColdEngine();
}

/** Whether the browser must play by itself what it cannot unlock for us. */
async function needsNative(session: PlaySession, { video }: Stage): Promise<boolean> {
  return Boolean(session.licence) && playsHls(video) && !(await canUnlock());
}

async function choose(press: Press, stage: Stage): Promise<Engine> {
  if (!hasMediaSource()) return makeNative(stage.video);
  const shaka = await makeEngine(press.titleId, press.session);
  await shaka.enter(stage);
  if (!(await needsNative(await press.session, stage))) return shaka;
  await shaka.destroy();
  return makeNative(stage.video);
}

/** Opens a film. `at_s` null begins where the service remembers. Rejects with a `Problem`. */
export async function openShowing(press: Press, at_s: number | null): Promise<Showing> {
  const stage = makeStage();
  const engine = choose(press, stage);
  engine.catch(() => undefined); // Whoever waits for `loaded` hears of it.
  try {
    const session = await press.session;
    const start_s = at_s ?? session.resume_s;
    const loaded = engine.then((ready) => ready.load(session, start_s));
    loaded.catch(() => undefined); // The player's page hears of it.
    return { session, start_s, stage, engine, loaded };
  } catch (error) {
    void closeShowing({ engine });
    throw error;
  }
}

/** Takes a showing down. */
export async function closeShowing({ engine }: Pick<Showing, "engine">): Promise<void> {
  const made = await engine.catch(() => null);
  await made?.destroy().catch(() => undefined);
}
