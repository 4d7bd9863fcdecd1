import type { TitleCard } from "../api/messages";
import { Card, CardSkeletons } from "./Card";
import { CardMenu } from "./hiding/CardMenu";
import { useCardsLeft } from "./hiding/useHiding";
import { useSeen } from "./seen/useSeen";

interface CardGridProps {
  cards: readonly TitleCard[];
  label: string;
  /** What kind of page it stands on, where the service should know what was seen of it. */
  slot?: "search" | "similar";
}

export function CardGrid({ cards, label, slot }: CardGridProps) {
  const left = useCardsLeft(cards);
  const seen = useSeen();
  return (
    <ul className="grid" aria-label={label}>
      {left.map((card, place) => (
        <li
          key={card.id}
          className="holds-card"
          data-row
          ref={slot ? seen({ title_id: card.id, slot, row: "", line: 0, place }) : null}
        >
          <Card card={card} shape="poster" />
          <CardMenu card={card} />
        </li>
      ))}
    </ul>
  );
}

export function CardGridSkeleton() {
  return (
    <div className="grid">
      <CardSkeletons shape="poster" count={12} />
    </div>
  );
}
