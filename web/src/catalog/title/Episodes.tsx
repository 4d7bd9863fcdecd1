import { useId, useState } from "react";
import { Link } from "wouter";
import type { EpisodeCard, ResumePoint, Season } from "../../api/messages";
import { Icon } from "../../design/Icon";
import { Picture } from "../../design/Picture";
import { playIntent } from "../../player/intent";
import { progressOf } from "../watching";
import { durationWords } from "../wording";

function Episode({ episode, point }: { episode: EpisodeCard; point: ResumePoint | undefined }) {
  const about = useId();
  const progress = point?.finished ? 1 : progressOf(point);
  return (
    <li data-row>
      <Link
        href={`/watch/${episode.id}`}
        className="episode"
        {...playIntent(episode.id)}
        aria-describedby={about}
      >
        <span className="unseen">{`Play episode ${episode.episode}: ${episode.name}`}</span>
        <span className="episode__art">
          <Picture
            src={episode.artwork.backdrop ?? episode.artwork.poster}
            seed={episode.id}
            sizes="clamp(7.5rem, 17vw, 15rem)"
          />
          <Icon name="play" />
          {progress !== null && (
            <span className="progress" aria-hidden="true">
              <span style={{ inlineSize: `${Math.round(progress * 100)}%` }} />
            </span>
          )}
        </span>
        <span className="episode__words" aria-hidden="true">
          <span className="episode__name">
            {episode.episode}. {episode.name}
          </span>
          {episode.duration_s !== null && (
            <span className="episode__length">{durationWords(episode.duration_s)}</span>
          )}
          <span className="episode__description" id={about}>
            {episode.description}
          </span>
        </span>
      </Link>
    </li>
  );
}

interface EpisodesProps {
  seasons: readonly Season[];
  points: readonly ResumePoint[];
  /** The season that is being watched. */
  start: number | null;
}

export function Episodes({ seasons, points, start }: EpisodesProps) {
  const [chosen, setChosen] = useState<number | null>(null);
  const number = chosen ?? start;
  const season = seasons.find((one) => one.number === number) ?? seasons[0];
  return (
    <section className="title__part" aria-labelledby="episodes">
      <div className="title__bar">
        <h2 id="episodes">Episodes</h2>
        {season && seasons.length > 1 && (
          <select
            className="field__input title__season"
            aria-label="Season"
            value={season.number}
            onChange={(event) => setChosen(Number(event.target.value))}
          >
            {seasons.map((one) => (
              <option key={one.number} value={one.number}>
                {one.number === 0 ? "Specials" : `Season ${one.number}`}
              </option>
            ))}
          </select>
        )}
      </div>
      {season ? (
        <ol className="episodes">
          {season.episodes.map((episode) => (
            <Episode
              key={episode.id}
              episode={episode}
              point={points.find(({ title_id }) => title_id === episode.id)}
            />
          ))}
        </ol>
      ) : (
        <p className="muted">The first episode is not out yet.</p>
      )}
    </section>
  );
}
