import type { PlaySession } from "../api/messages";
import { EndScreen, isNearEnd, NextEpisode } from "./AfterCredits";
import type { Playback } from "./usePlayback";

export type After = "film" | "next" | "end";

/** What is shown besides the film: nothing, the next episode's offer, or the end. */
export function afterOf(session: PlaySession, playback: Playback, dismissed: boolean): After {
  if (session.next_title_id && !dismissed && isNearEnd(playback)) return "next";
  return playback.ended ? "end" : "film";
}

interface AfterFilmProps {
  after: After;
  session: PlaySession;
  playback: Playback;
  back: string;
  next: () => void;
  replay: () => void;
  dismiss: () => void;
}

/** Offers what to watch next, once the film is over or nearly so. */
export function AfterFilm(props: AfterFilmProps) {
  const { after, session, playback, back, next, replay, dismiss } = props;
  const nextId = session.next_title_id;
  if (after === "next" && nextId) {
    return <NextEpisode titleId={nextId} playback={playback} go={next} dismiss={dismiss} />;
  }
  return after === "end" ? <EndScreen session={session} back={back} replay={replay} /> : null;
}
