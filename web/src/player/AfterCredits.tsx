// What comes when a film is over: the next episode by itself, or something like it.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { PlaySession } from "../api/messages";
import { similarQuery, titleQuery } from "../api/queries";
import { Card } from "../catalog/Card";
import { useProfile } from "../catalog/useProfile";
import { episodeWords } from "../catalog/wording";
import { Button, LinkButton } from "../design/Button";
import { Picture } from "../design/Picture";
import { getReady } from "./intent";
import type { Playback } from "./usePlayback";

/** The next episode is offered this long before the end. */
const OFFER_S = 12;
/** And starts by itself after at least this long. */
const COUNTDOWN_MIN_S = 6;

/** Whether it is time to offer the next episode. */
export function isNearEnd({ started, ended, time_s, duration_s }: Playback): boolean {
  return ended || (started && duration_s > 4 * OFFER_S && duration_s - time_s <= OFFER_S);
}

interface NextEpisodeProps {
  titleId: string;
  playback: Playback;
  go: () => void;
  dismiss: () => void;
}

export function NextEpisode({ titleId, playback, go, dismiss }: NextEpisodeProps) {
  const { data } = useQuery(titleQuery(useProfile(), titleId));
  const [left_s, setLeft] = useState(() =>
    Math.max(COUNTDOWN_MIN_S, Math.ceil(playback.duration_s - playback.time_s)),
  );
  const runs = playback.ended || !playback.paused;
  useEffect(() => {
    if (!runs) return;
    const timer = setInterval(() => setLeft((before) => Math.max(0, before - 1)), 1000);
    return () => clearInterval(timer);
  }, [runs]);
  // It is about to be played, whoever presses.
  useEffect(() => getReady({ titleId, at_s: 0 }), [titleId]);
  useEffect(() => {
    if (left_s === 0) go();
  }, [left_s, go]);
  return (
    <section className="next" aria-label="Next episode">
      <Picture
        src={data?.artwork.backdrop ?? data?.artwork.poster}
        seed={titleId}
        className="next__art"
      />
      <div className="next__words">
        <p className="next__label">Next episode in {left_s} s</p>
        <p className="next__name">
          {data && [episodeWords(data), data.name].filter(Boolean).join(" · ")}
        </p>
        <div className="next__actions">
          <Button look="primary" small icon="play" onClick={go}>
            Play now
          </Button>
          <Button small onClick={dismiss}>
            Watch credits
          </Button>
        </div>
      </div>
    </section>
  );
}

export function EndScreen({
  session,
  back,
  replay,
}: {
  session: PlaySession;
  back: string;
  replay: () => void;
}) {
  const { data } = useQuery(similarQuery(useProfile(), session.title_id));
  const cards = data?.cards.slice(0, 6) ?? [];
  const again = useRef<HTMLButtonElement>(null);
  useEffect(() => again.current?.focus({ preventScroll: true }), []);
  return (
    <section className="end" aria-label="The end">
      <h2>{session.title_name}</h2>
      <div className="end__actions">
        <Button ref={again} look="primary" icon="replay" onClick={replay}>
          Watch again
        </Button>
        <LinkButton icon="home" to="/">
          Home
        </LinkButton>
        <LinkButton icon="info" to={back}>
          About this title
        </LinkButton>
      </div>
      {cards.length > 0 && (
        <>
          <h3>More like this</h3>
          <ul className="end__cards" aria-label="More like this">
            {cards.map((card) => (
              <li key={card.id}>
                <Card card={card} shape="poster" />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
