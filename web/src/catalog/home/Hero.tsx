import type { Hero as HeroMessage } from "../../api/messages";
import { LinkButton } from "../../design/Button";
import { Picture } from "../../design/Picture";
import { playIntent } from "../../player/intent";
import { CardMenu } from "../hiding/CardMenu";
import { MyListButton } from "../MyListButton";
import { useSeen } from "../seen/useSeen";
import { factsOf } from "../wording";

/** The title that opens the page. */
export function Hero({ hero: { card, description, reason, pick } }: { hero: HeroMessage }) {
  const seen = useSeen();
  const progress = card.progress ?? null;
  const playsId = card.play_title_id ?? card.id;
  return (
    <section
      className="hero"
      aria-labelledby="hero-name"
      ref={seen({ title_id: card.id, slot: "hero", row: "", line: 0, place: 0, pick })}
    >
      <Picture
        src={card.artwork.backdrop ?? card.artwork.poster}
        seed={card.id}
        className="hero__art"
        eager
      />
      <div className="hero__words" data-top>
        {reason && <p className="hero__reason">{reason}</p>}
        <h2 className="hero__name" id="hero-name">
          {card.name}
        </h2>
        <p className="hero__facts">
          {[...factsOf(card), ...card.genres.slice(0, 2)].map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
        </p>
        <p className="hero__description">{card.tagline || description}</p>
        <div className="hero__actions">
          <LinkButton look="primary" icon="play" to={`/watch/${playsId}`} {...playIntent(playsId)}>
            {progress === null ? "Play" : "Resume"}
          </LinkButton>
          <LinkButton icon="info" to={`/title/${card.slug}`}>
            More info
          </LinkButton>
          <MyListButton titleId={card.id} />
          <CardMenu card={card} inLine />
        </div>
      </div>
    </section>
  );
}

export function HeroSkeleton() {
  return (
    <div className="hero">
      <span className="hero__art skeleton" />
    </div>
  );
}
