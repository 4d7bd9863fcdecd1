import type { TitleCard } from "../api/messages";
import { Card, CardSkeletons } from "./Card";

export function CardGrid({ cards, label }: { cards: readonly TitleCard[]; label: string }) {
  return (
    <ul className="grid" aria-label={label}>
      {cards.map((card) => (
        <li key={card.id} data-row>
          <Card card={card} shape="poster" />
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
