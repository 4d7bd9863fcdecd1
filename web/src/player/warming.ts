// Fetches the start of a film before anybody has pressed play: manifest, keys' whereabouts and first
// segments, one film at a time. It takes no stream slot.
import { call } from "../api/client";
import type { WarmSession } from "../api/messages";
import { Problem } from "../api/problem";
import { maySpendAhead } from "./network";
import { knowDevice } from "./decoding";
import { loadShaka } from "./load";
import { hasMediaSource } from "./nativeEngine";
import { makeShaka, type ShakaEngine } from "./shakaEngine";

interface Wish {
  titleId: string;
  /** Where it would begin; null for where the service remembers. */
  at_s: number | null;
  leaving: AbortController;
}

interface Warming extends Wish {
  engine: Promise<ShakaEngine | null>;
  timer: ReturnType<typeof setTimeout> | undefined;
}

// Whoever loads this is about to play.
knowDevice();

let current: Warming | null = null;
/** No film is warmed before this moment: the service asked for patience. */
let quietUntil_ms = 0;
const QUIET_MS = 30_000;

async function warm({ titleId, at_s, leaving: { signal } }: Wish): Promise<ShakaEngine | null> {
  const path = "/api/playback/warm";
  const [told, library] = await Promise.all([
    call<WarmSession>(path, {
      method: "POST",
      body: { title_id: titleId },
      signal,
      dispensable: true,
    }),
    loadShaka(),
  ]);
  if (signal.aborted) return null;
  const engine = await makeShaka(library);
  engine.fetchAhead(told, at_s ?? told.resume_s);
  coolAt(titleId, Date.parse(told.media_expires_at));
  return engine;
}

/** Lets go of a film when what was fetched can no longer be gone on from. */
function coolAt(titleId: string, at_ms: number): void {
  if (current?.titleId !== titleId) return;
  current.timer = setTimeout(coolDown, Math.max(0, at_ms - Date.now()));
}

function noteRefusal(error: unknown): null {
  if (error instanceof Problem) {
    quietUntil_ms = performance.now() + (error.retryAfter_s ?? 0) * 1000;
    if (error.passing && error.retryAfter_s === null) quietUntil_ms = performance.now() + QUIET_MS;
  }
  return null;
}

/** Somebody is about to press Play. */
export function warmUp(titleId: string, at_s: number | null): void {
  if (current?.titleId === titleId && current.at_s === at_s) return;
  coolDown();
  if (!hasMediaSource() || !maySpendAhead() || performance.now() < quietUntil_ms) return;
  const wish = { titleId, at_s, leaving: new AbortController() };
  const engine = warm(wish).catch((error: unknown) => {
    // Whoever comes again has it tried again.
    if (current?.leaving === wish.leaving) current = null;
    return noteRefusal(error);
  });
  current = { ...wish, engine, timer: undefined };
}

/** Drops what was fetched. */
export function coolDown(): void {
  const before = current;
  current = null;
  if (!before) return;
  clearTimeout(before.timer);
  before.leaving.abort();
  void before.engine.then((engine) => engine?.destroy()).catch(() => undefined);
}

/**
 * The engine that is being made ready for a title, for the one who pressed Play; null if none is.
 * `giveUp` ends the wait when something better has come.
 */
export function takeWarm(
  titleId: string,
): { engine: Promise<ShakaEngine | null>; giveUp: () => void } | null {
  if (current?.titleId !== titleId) {
    coolDown();
    return null;
  }
  const { engine, timer, leaving } = current;
  clearTimeout(timer);
  current = null;
  const giveUp = () => {
    leaving.abort();
    void engine.then((late) => late?.destroy()).catch(() => undefined);
  };
  return { engine, giveUp };
}
