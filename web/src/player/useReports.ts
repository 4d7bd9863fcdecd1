// Tells the service how a play goes: by CMCD events where there is a collector for them, and by a
// summary every now and then where there is none.
import { useEffect, useRef, type RefObject } from "react";
import { call } from "../api/client";
import type { PlayerReport } from "../api/messages";
import { postTo, Reports, type CmcdEvent, type CmcdState } from "./cmcd";
import type { Engine } from "./engine";
import type { Measures } from "./measures";
import { kindOfNetwork } from "./network";
import type { Showing } from "./showing";

const EVERY_MS = 10_000;
/** Events that come together are sent together. */
const SOON_MS = 500;

/** A wait this close to the end is the end. */
const END_S = 0.5;

const isOver = ({ ended, duration, currentTime }: HTMLVideoElement): boolean =>
  ended || duration - currentTime < END_S;

/** Feeds the measures from the video's events. */
function follow(video: HTMLVideoElement, measures: Measures, signal: AbortSignal): void {
  let seeking = false;
  video.addEventListener("seeking", () => (seeking = true), { signal });
  const onPlaying = () => {
    seeking = false;
    measures.playing();
  };
  video.addEventListener("playing", onPlaying, { signal });
  const onWaiting = () => measures.waiting(seeking || video.seeking || isOver(video));
  video.addEventListener("waiting", onWaiting, { signal });
  video.addEventListener("pause", () => measures.paused(), { signal });
  video.addEventListener("ended", () => measures.paused(), { signal });
  if ("requestVideoFrameCallback" in video)
    video.requestVideoFrameCallback(() => measures.firstFrame());
}

function stateOf(video: HTMLVideoElement, started: boolean): CmcdState {
  if (video.ended) return "e";
  if (!started) return "s";
  if (video.seeking) return "k";
  if (video.paused) return "a";
  return video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA && !isOver(video) ? "r" : "p";
}

function bufferAhead_ms({ buffered, currentTime }: HTMLVideoElement): number {
  for (let at = 0; at < buffered.length; at++) {
    const isHere = buffered.start(at) <= currentTime && currentTime <= buffered.end(at);
    if (isHere) return (buffered.end(at) - currentTime) * 1000;
  }
  return 0;
}

interface Subject {
  showing: Showing;
  measures: Measures;
  engine: RefObject<Engine | null>;
}

/** What tells of one play. */
interface Teller {
  /** Tells if the state or the bitrate changed. */
  look: () => void;
  /** Tells in any case. */
  tell: () => void;
  fail: (code: string) => void;
  quit: () => void;
}

function summaries({ showing, measures, engine }: Subject): Teller {
  const { session_id, title_id } = showing.session;
  const send = (error_code: string | null) => {
    const figures = engine.current?.figures();
    const body: PlayerReport = {
      session_id,
      title_id,
      ...measures.soFar(),
      bitrate_bps: figures?.bitrate_bps ?? null,
      error_code,
    };
    const request = { method: "POST", body, keepalive: true } as const;
    call("/api/insights/reports", request).catch(() => undefined);
  };
  let started = false;
  const look = () => {
    const now = measures.soFar().startup_s !== null;
    if (now && !started) send(null);
    started = now;
  };
  return { look, tell: () => started && send(null), fail: send, quit: () => send(null) };
}

function events({ showing, measures, engine }: Subject, collector: string): Teller {
  const { session } = showing;
  const { video } = showing.stage;
  const reports = new Reports(postTo(new URL(collector, location.href).href));
  const told = { sta: "" as CmcdState | "", br: 0, msd: false, sn: 0 };
  let timer: ReturnType<typeof setTimeout> | undefined;

  const add = (e: CmcdEvent, sta: CmcdState, ec?: string) => {
    const { startup_s, stalls, stalled_s } = measures.soFar();
    const { bitrate_bps = null, pathway = null } = engine.current?.figures() ?? {};
    const network = kindOfNetwork();
    const isFirst = startup_s !== null && !told.msd;
    told.msd ||= isFirst;
    told.sta = sta;
    told.br = bitrate_bps ?? told.br;
    reports.add({
      e,
      sta,
      ts: Date.now(),
      sn: told.sn++,
      sid: session.session_id,
      cid: session.title_id,
      bsa: stalls,
      bsda: stalled_s * 1000,
      bl: Math.round(bufferAhead_ms(video) / 100) * 100,
      dfa: video.getVideoPlaybackQuality().droppedVideoFrames,
      pt: video.currentTime * 1000,
      ...(bitrate_bps !== null && { br: bitrate_bps / 1000 }),
      ...(isFirst && { msd: startup_s * 1000 }),
      ...(ec !== undefined && { ec }),
      ...(pathway !== null && { "matinee-edge": pathway }),
      ...(network !== null && { "matinee-network": network }),
    });
    timer ??= setTimeout(() => {
      timer = undefined;
      void reports.flush();
    }, SOON_MS);
  };
  const now = () => stateOf(video, measures.soFar().startup_s !== null);
  return {
    look: () => {
      const sta = now();
      if (sta !== told.sta) add("ps", sta);
      const { bitrate_bps = null } = engine.current?.figures() ?? {};
      if (bitrate_bps !== null && bitrate_bps !== told.br) add("bc", sta);
    },
    tell: () => add("t", now()),
    fail: (code) => add("e", "f", code),
    quit: () => {
      clearTimeout(timer);
      add("ps", "q");
      clearTimeout(timer);
      void reports.flush(true);
    },
  };
}

const CHANGES = ["playing", "pause", "seeking", "seeked", "waiting", "ended", "resize"];

/** Reports until the page is left. Gives what tells of a failure. */
export function useReports(subject: Subject): RefObject<(code: string) => void> {
  const fail = useRef<(code: string) => void>(() => undefined);
  const current = useRef(subject);
  useEffect(() => {
    current.current = subject;
  });
  const { showing } = subject;
  useEffect(() => {
    const { measures } = current.current;
    const { video } = showing.stage;
    const { cmcd_url } = showing.session;
    const teller = cmcd_url ? events(current.current, cmcd_url) : summaries(current.current);
    const leaving = new AbortController();
    const { signal } = leaving;
    follow(video, measures, signal);
    for (const change of CHANGES) video.addEventListener(change, () => teller.look(), { signal });
    fail.current = teller.fail;
    const timer = setInterval(() => teller.tell(), EVERY_MS);
    window.addEventListener("pagehide", () => teller.quit(), { signal });
    teller.look();
    return () => {
      clearInterval(timer);
      leaving.abort();
      teller.quit();
    };
  }, [showing]);
  return fail;
}
