import { useState } from "react";
import type { PlaySession } from "../api/messages";
import { EndScreen, isNearEnd, NextEpisode } from "./AfterCredits";
import type { Playback } from "./usePlayback";

interface AfterFilmProps {
  session: PlaySession;
  playback: Playback;
  back: string;
  next: () => void;
  replay: () => void;
}

/** Offers what to watch next, once the film is over or nearly so. */
export function AfterFilm({ session, playback, back, next, replay }: AfterFilmProps) {
  const [dismissed, setDismissed] = useState(false);
  const nextId = session.next_title_id;
  if (nextId && !dismissed && isNearEnd(playback)) {
    return (
      <NextEpisode
        titleId={nextId}
        playback={playback}
        go={next}
        dismiss={() => setDismissed(true)}
      />
    );
  }
  if (!playback.ended) return null;
  return <EndScreen session={session} back={back} replay={replay} />;
}
