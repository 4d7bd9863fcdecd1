// What stands beside a title on its page: trailers and extras, what a collection holds.
import { Link } from "wouter";
import type { Title, TitleCard } from "../../api/messages";
import { Icon } from "../../design/Icon";
import { Picture } from "../../design/Picture";
import { playIntent } from "../../player/intent";
import { CardGrid } from "../CardGrid";
import { durationWords } from "../wording";

function Extra({ card }: { card: TitleCard }) {
  const length = card.duration_s === null ? null : durationWords(card.duration_s);
  return (
    <li data-row>
      <Link href={`/watch/${card.id}`} className="extra" {...playIntent(card.id)}>
        <span className="extra__art">
          <Picture
            src={card.artwork.backdrop ?? card.artwork.poster}
            seed={card.id}
            sizes="clamp(14.5rem, 21vw, 20rem)"
          />
          <Icon name="play" />
        </span>
        <span className="extra__name">{card.name}</span>
        <span className="extra__facts">
          {[card.kind === "trailer" ? "Trailer" : "Extra", length].filter(Boolean).join("  ·  ")}
        </span>
      </Link>
    </li>
  );
}

/** Trailers and extras; each is played at once. */
export function Extras({ title: { extras = [] } }: { title: Title }) {
  if (extras.length === 0) return null;
  return (
    <section className="title__part" aria-labelledby="extras">
      <h2 id="extras">Trailers and more</h2>
      <ul className="extras" aria-label="Trailers and more">
        {extras.map((card) => (
          <Extra key={card.id} card={card} />
        ))}
      </ul>
    </section>
  );
}

/** What a collection holds. */
export function Entries({ title: { entries = [] } }: { title: Title }) {
  if (entries.length === 0) return null;
  return (
    <section className="title__part" aria-labelledby="entries">
      <h2 id="entries">In this collection</h2>
      <CardGrid cards={entries} label="In this collection" />
    </section>
  );
}

/** In which collections it stands. */
export function Holding({ title: { collections = [] } }: { title: Title }) {
  if (collections.length === 0) return null;
  return (
    <ul className="title__holding" aria-label="Collections">
      {collections.map(({ id, slug, name }) => (
        <li key={id}>
          <Link href={`/title/${slug}`}>Part of {name}</Link>
        </li>
      ))}
    </ul>
  );
}
