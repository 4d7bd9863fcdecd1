import "./card.css";
import { Link } from "wouter";
import type { Card as CardMessage, TitleCard } from "../api/messages";
import { Picture } from "../design/Picture";
import { playIntent } from "../player/intent";
import { episodeWords, factsOf } from "./wording";

export type Shape = "poster" | "wide";

type CardLike = TitleCard &
  Partial<Pick<CardMessage, "progress" | "season" | "episode" | "play_title_id" | "on_offer">>;

interface CardProps {
  card: CardLike;
  shape: Shape;
  /** Goes straight on watching instead of to the title's page. */
  resumes?: boolean;
  /** Its place in a chart. */
  rank?: number;
  eager?: boolean;
}

/** As card.css has them. */
const SIZES: Record<Shape, string> = {
  poster: "clamp(8.25rem, 12.4vw, 12.5rem)",
  wide: "clamp(14.5rem, 21vw, 20rem)",
};

const FOR_SALE = "Rent or buy";

function nameOf({ card, resumes, rank }: CardProps): string {
  const place = rank ? `Number ${rank}: ` : "";
  const episode = episodeWords(card);
  const name = `${place}${resumes ? "Resume " : ""}${card.name}`;
  const sold = card.on_offer ? FOR_SALE : "";
  return [name, episode, ...factsOf(card), sold].filter(Boolean).join(", ");
}

/** A title on a shelf. The whole card is one link. */
export function Card(props: CardProps) {
  const { card, shape, resumes = false, eager = false } = props;
  const { poster, backdrop } = card.artwork;
  const progress = card.progress ?? null;
  const episode = episodeWords(card);
  const playsId = card.play_title_id ?? card.id;
  const to = resumes ? `/watch/${playsId}` : `/title/${card.slug}`;
  const art = shape === "poster" ? poster : (backdrop ?? poster);
  const isNameless = shape === "poster" && card.artwork.poster_is_still;
  return (
    <Link
      href={to}
      className={`card card--${shape} ${isNameless ? "card--nameless" : ""}`}
      {...(resumes && playIntent(playsId))}
    >
      <span className="unseen">{nameOf(props)}</span>
      <Picture
        src={art}
        seed={card.id}
        // A wide card says its name anyway.
        {...(shape === "poster" && { name: card.name })}
        className="card__art"
        eager={eager}
        sizes={SIZES[shape]}
      />
      {card.on_offer && (
        <span className="card__sold" aria-hidden="true">
          {FOR_SALE}
        </span>
      )}
      <span className="card__preview" aria-hidden="true">
        {(shape === "wide" || art) && <span className="card__name">{card.name}</span>}
        <span className="card__facts">
          {[episode, ...factsOf(card)].filter(Boolean).join("  ·  ")}
        </span>
        <span className="card__more">{card.tagline || card.genres.slice(0, 3).join(", ")}</span>
      </span>
      {progress !== null && (
        <span className="progress" aria-hidden="true">
          <span style={{ inlineSize: `${Math.round(progress * 100)}%` }} />
        </span>
      )}
    </Link>
  );
}

/** As many grey cards as fill a shelf. */
export function CardSkeletons({ shape, count = 9 }: { shape: Shape; count?: number }) {
  return Array.from({ length: count }, (_, index) => (
    <span key={index} className={`card card--${shape}`}>
      <span className="card__art skeleton" />
    </span>
  ));
}
