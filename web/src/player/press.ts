// Pressing Play: the play session is asked for at once, while the player is still on its way.
import { call } from "../api/client";
import type { PlaySession } from "../api/messages";
import { Problem } from "../api/problem";
import { hex, newTrace } from "../api/tracing";

/** What a new account may watch is told a moment after it was made; longer is a real refusal. */
const ENTITLEMENT_TRIES = 3;
const ENTITLEMENT_WAIT_MS = 700;
/** The service is being restarted; this is how it says so, and how often it is asked anew. */
const RESTARTING = "starting";
const RESTART_TRIES = 6;
/** Its connection broke: it is asked once more, and is one press all the same. */
const BROKEN_TRIES = 2;
const BROKEN_WAIT_MS = 500;
/** A session that no page has taken up after this time is stopped again. */
const UNCLAIMED_MS = 15_000;

/** Whether nobody can be at work on a request any more: one that takes too long may yet be answered. */
function isBroken({ status, cause }: Problem): boolean {
  return status === 0 && !(cause instanceof DOMException && cause.name === "TimeoutError");
}

/** How long to wait before a refused press is tried again; null where it would be refused again. */
function waitAfter_ms(error: unknown, tried: number): number | null {
  if (!(error instanceof Problem)) return null;
  if (error.code === "not_entitled" && tried < ENTITLEMENT_TRIES) return ENTITLEMENT_WAIT_MS;
  if (error.code === RESTARTING && tried < RESTART_TRIES) return (error.retryAfter_s ?? 1) * 1000;
  if (isBroken(error) && tried < BROKEN_TRIES) return BROKEN_WAIT_MS;
  return null;
}

async function openSession(titleId: string): Promise<PlaySession> {
  const trace = newTrace();
  // However often it is sent, it is one press, and takes one seat.
  const body = { title_id: titleId, press: hex(16) };
  for (let tried = 1; ; tried++) {
    try {
      return await call<PlaySession>("/api/playback/sessions", {
        method: "POST",
        body,
        trace,
      });
    } catch (error) {
      const wait_ms = waitAfter_ms(error, tried);
      if (wait_ms === null) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait_ms));
    }
  }
}

/** Frees the stream slot of a session that was never shown. */
async function giveBack(session: Promise<PlaySession>): Promise<void> {
  const { session_id, resume_s } = await session;
  const body = { position_s: resume_s, state: "paused" };
  const path = `/api/playback/sessions/${session_id}/stop`;
  await call(path, { method: "POST", body, keepalive: true });
}

/** One press of Play. */
export interface Press {
  titleId: string;
  /** On the clock of `performance.now`. */
  at_ms: number;
  session: Promise<PlaySession>;
  /** Nobody will watch: gives the session back. */
  withdraw: () => void;
}

function press(titleId: string): Press {
  const session = openSession(titleId);
  session.catch(() => undefined); // Whoever shows the film hears of it.
  return {
    titleId,
    at_ms: performance.now(),
    session,
    withdraw: () => void giveBack(session).catch(() => undefined),
  };
}

let waiting: { press: Press; timer: ReturnType<typeof setTimeout> } | null = null;

function takeWaiting(): Press | null {
  const taken = waiting;
  waiting = null;
  clearTimeout(taken?.timer);
  return taken?.press ?? null;
}

/** Play was pressed; the player's page follows. */
export function pressPlay(titleId: string): void {
  takeWaiting()?.withdraw();
  const mine = press(titleId);
  waiting = { press: mine, timer: setTimeout(() => takeWaiting()?.withdraw(), UNCLAIMED_MS) };
}

/** The press that brought the viewer here, or a new one where there was none. */
export function claimPress(titleId: string): Press {
  const before = takeWaiting();
  if (before?.titleId === titleId) return before;
  before?.withdraw();
  return press(titleId);
}
