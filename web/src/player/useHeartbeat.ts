// Tells the service where the viewer is, and passes on the renewed media token.
import { useEffect, useRef, type RefObject } from "react";
import { call } from "../api/client";
import type { Heartbeat, HeartbeatAnswer } from "../api/messages";
import { Problem } from "../api/problem";
import type { Engine } from "./engine";
import { AttemptError, type Renew } from "./mediaSupply";
import type { Showing } from "./showing";

interface Wish {
  showing: Showing;
  engine: RefObject<Engine | null>;
  /** The service lets this session go on no longer, and says why. */
  onEnded: (problem: Problem) => void;
}

/** Not watched on: the session is over, its slot was taken, or the viewer may not watch any more. */
const FINAL = new Set([402, 403, 404, 410]);

const isFinal = (error: unknown): error is Problem =>
  error instanceof Problem && (FINAL.has(error.status) || error.code === "too_many_streams");

function stateOf(video: HTMLVideoElement): Heartbeat["state"] {
  if (video.ended) return "ended";
  if (video.paused) return "paused";
  return video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA ? "buffering" : "playing";
}

export function useHeartbeat(wish: Wish): void {
  const current = useRef(wish);
  useEffect(() => {
    current.current = wish;
  });
  const { showing } = wish;
  useEffect(() => {
    const { session, stage, start_s } = showing;
    const { video } = stage;
    const leaving = new AbortController();
    const { signal } = leaving;
    const path = `/api/playback/sessions/${session.session_id}`;
    let moved = false;
    const position = (): Heartbeat => ({
      // Where this play began counts until a first frame has moved.
      position_s: moved ? Math.max(0, video.currentTime) : start_s,
      state: stateOf(video),
    });

    const renew: Renew = async () => {
      try {
        const request = { method: "POST", body: position(), signal } as const;
        const answer = await call<HeartbeatAnswer>(`${path}/heartbeat`, request);
        current.current.engine.current?.setToken(answer.media_token);
        return answer.media_token;
      } catch (error) {
        const ends = isFinal(error);
        if (ends && !signal.aborted) current.current.onEnded(error);
        throw new AttemptError(ends || signal.aborted ? null : "busy", { cause: error });
      }
    };
    // A lost heartbeat is made up for by the next.
    const beat = () => void renew().catch(() => undefined);
    const beatIfMoved = () => {
      if (moved) beat();
    };
    const stop = () => {
      const body = position();
      call(`${path}/stop`, { method: "POST", body, keepalive: true }).catch(() => undefined);
    };

    showing.engine.then(
      (engine) => engine.renewWith(renew),
      () => undefined,
    );
    video.addEventListener("playing", () => (moved = true), { signal });
    video.addEventListener("pause", beatIfMoved, { signal });
    video.addEventListener("ended", beatIfMoved, { signal });
    const timer = setInterval(beat, Math.max(1, session.heartbeat_interval_s) * 1000);
    // After sleep, and when the network is back, at once: the slot and the token may have run out.
    window.addEventListener("online", beatIfMoved, { signal });
    const onVisible = () => {
      if (document.visibilityState === "visible") beatIfMoved();
    };
    document.addEventListener("visibilitychange", onVisible, { signal });
    window.addEventListener("pagehide", stop, { signal });
    // A page that comes back from the browser's memory has stopped its session.
    const onBack = (event: PageTransitionEvent) => {
      if (event.persisted) current.current.onEnded(new Problem(410, "session_ended", ""));
    };
    window.addEventListener("pageshow", onBack, { signal });

    return () => {
      clearInterval(timer);
      stop();
      leaving.abort();
    };
  }, [showing]);
}
