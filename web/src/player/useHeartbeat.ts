// Tells the service where the viewer is, and passes on the renewed media token.
import { useEffect, useRef, type RefObject } from "react";
import { call } from "../api/client";
import type { Heartbeat, HeartbeatAnswer, PlayerReport, PlaySession } from "../api/messages";
import { Problem } from "../api/problem";
import type { Engine } from "./engine";
import type { Measures } from "./measures";

interface Wish {
  session: PlaySession;
  video: RefObject<HTMLVideoElement | null>;
  engine: RefObject<Engine | null>;
  measures: Measures;
  /** Where this play began; counts until a first frame has moved. */
  start_s: number;
  /** The service no longer knows the session. */
  onEnded: () => void;
}

function stateOf(video: HTMLVideoElement): Heartbeat["state"] {
  if (video.ended) return "ended";
  if (video.paused) return "paused";
  return video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA ? "buffering" : "playing";
}

/** Sends one report of how the play went; a lost one is replaced by the next. */
export function report(
  session: PlaySession,
  measures: Measures,
  engine: Engine | null,
  error_code: string | null = null,
): void {
  const body: PlayerReport = {
    session_id: session.session_id,
    title_id: session.title_id,
    ...measures.soFar(),
    bitrate_bps: engine?.bitrate_bps() ?? null,
    error_code,
  };
  call("/api/insights/reports", { method: "POST", body, keepalive: true }).catch(() => undefined);
}

/** Feeds the measures from the video's events. */
function follow(video: HTMLVideoElement, measures: Measures, signal: AbortSignal): void {
  let seeking = false;
  video.addEventListener("seeking", () => (seeking = true), { signal });
  const onPlaying = () => {
    seeking = false;
    measures.playing();
  };
  video.addEventListener("playing", onPlaying, { signal });
  video.addEventListener("waiting", () => measures.waiting(seeking || video.seeking), { signal });
  video.addEventListener("pause", () => measures.paused(), { signal });
  video.addEventListener("ended", () => measures.paused(), { signal });
}

export function useHeartbeat(wish: Wish): void {
  const current = useRef(wish);
  useEffect(() => {
    current.current = wish;
  });
  const { session } = wish;
  useEffect(() => {
    const { video: ref, engine, measures } = current.current;
    const video = ref.current;
    if (!video) return;
    const leaving = new AbortController();
    const { signal } = leaving;
    const path = `/api/playback/sessions/${session.session_id}`;
    let moved = false;
    const position = (): Heartbeat => ({
      position_s: moved ? Math.max(0, video.currentTime) : current.current.start_s,
      state: stateOf(video),
    });

    const beat = async () => {
      try {
        const body = position();
        const answer = await call<HeartbeatAnswer>(`${path}/heartbeat`, {
          method: "POST",
          body,
          signal,
        });
        engine.current?.setToken(answer.media_token);
      } catch (error) {
        // A lost heartbeat is made up for by the next; a session that is gone is not.
        const gone = error instanceof Problem && (error.status === 410 || error.status === 404);
        if (gone && !signal.aborted) current.current.onEnded();
      }
    };
    const stop = () => {
      const body = position();
      report(session, measures, engine.current);
      call(`${path}/stop`, { method: "POST", body, keepalive: true }).catch(() => undefined);
    };
    const beatIfMoved = () => {
      if (moved) void beat();
    };

    follow(video, measures, signal);
    video.addEventListener(
      "playing",
      () => {
        if (!moved) report(session, measures, engine.current);
        moved = true;
      },
      { signal },
    );
    video.addEventListener("pause", beatIfMoved, { signal });
    video.addEventListener("ended", beatIfMoved, { signal });
    const timer = setInterval(
      () => {
        void beat();
        if (moved) report(session, measures, engine.current);
      },
      Math.max(1, session.heartbeat_interval_s) * 1000,
    );
    window.addEventListener("pagehide", stop, { signal });
    // A page that comes back from the browser's memory has stopped its session.
    window.addEventListener("pageshow", (event) => event.persisted && current.current.onEnded(), {
      signal,
    });

    return () => {
      clearInterval(timer);
      stop();
      leaving.abort();
    };
  }, [session]);
}
