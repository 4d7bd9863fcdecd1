import type { TitleCard } from "../api/messages";
import { Card, CardSkeletons } from "./Card";
import { CardMenu } from "./hiding/CardMenu";
import { useCardsLeft } from "./hiding/useHiding";

export function CardGrid({ cards, label }: { cards: readonly TitleCard[]; label: string }) {
  const left = useCardsLeft(cards);
  return (
    <ul className="grid" aria-label={label}>
      {left.map((card) => (
        <li key={card.id} className="holds-card" data-row>
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
