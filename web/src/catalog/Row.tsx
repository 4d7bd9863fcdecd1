import "./row.css";
import { useId, useRef, useState, type ReactNode } from "react";
import type { Row as RowMessage } from "../api/messages";
import { Icon } from "../design/Icon";
import { Card, CardSkeletons, type Shape } from "./Card";
import { CardMenu } from "./hiding/CardMenu";
import { RowMenu } from "./hiding/RowMenu";
import { useSeen } from "./seen/useSeen";

const shapeOf = (kind: RowMessage["kind"]): Shape =>
  kind === "continue_watching" || kind === "because_you_watched" ? "wide" : "poster";

interface ShelfProps {
  label: string;
  chart: boolean;
  children: ReactNode;
}

/** A line of things that scrolls sideways; wheel, finger, focus and two arrows move it. */
function Shelf({ label, chart, children }: ShelfProps) {
  const list = useRef<HTMLUListElement>(null);
  const [room, setRoom] = useState({ left: false, right: false });
  const look = () => {
    if (!list.current) return;
    const { scrollLeft, scrollWidth, clientWidth } = list.current;
    const next = { left: scrollLeft > 1, right: scrollLeft + clientWidth < scrollWidth - 1 };
    setRoom((before) => (before.left === next.left && before.right === next.right ? before : next));
  };
  const scroll = (pages: number) => {
    const width = list.current?.clientWidth ?? 0;
    list.current?.scrollBy({ left: pages * width * 0.85, behavior: "smooth" });
  };
  return (
    <div className="shelf" data-row onPointerEnter={look}>
      <ul
        ref={list}
        className={chart ? "shelf__list shelf__list--chart" : "shelf__list"}
        aria-labelledby={label}
        onScroll={look}
      >
        {children}
      </ul>
      {/* For the mouse only: with keys, the focus scrolls. */}
      {room.left && (
        <button
          type="button"
          className="shelf__arrow"
          tabIndex={-1}
          aria-hidden="true"
          onClick={() => scroll(-1)}
        >
          <Icon name="left" />
        </button>
      )}
      {room.right && (
        <button
          type="button"
          className="shelf__arrow shelf__arrow--right"
          tabIndex={-1}
          aria-hidden="true"
          onClick={() => scroll(1)}
        >
          <Icon name="right" />
        </button>
      )}
    </div>
  );
}

interface RowProps {
  row: RowMessage;
  /** Which row it is, from the top. */
  line: number;
  eager?: boolean;
}

/** One row of the home page. */
export function Row({ row, line, eager = false }: RowProps) {
  const id = useId();
  const seen = useSeen();
  const chart = row.kind === "top_10";
  return (
    <section className="row" aria-labelledby={id}>
      <div className="row__head">
        <h2 id={id}>{row.name}</h2>
        {row.reason && <p className="row__reason">{row.reason}</p>}
        <RowMenu row={row} />
      </div>
      <Shelf label={id} chart={chart}>
        {row.cards.map((card, index) => (
          <li
            key={card.id}
            className="holds-card"
            ref={seen({
              title_id: card.id,
              slot: "card",
              row: row.id,
              line,
              place: index,
              picks: row.picks,
            })}
          >
            {chart && (
              <span className="shelf__numeral" aria-hidden="true">
                {index + 1}
              </span>
            )}
            <Card
              card={card}
              shape={shapeOf(row.kind)}
              resumes={row.kind === "continue_watching"}
              eager={eager && index < 6}
              {...(chart && { rank: index + 1 })}
            />
            <CardMenu card={card} row={row} />
          </li>
        ))}
      </Shelf>
    </section>
  );
}

export function RowSkeleton({ shape }: { shape: Shape }) {
  return (
    <div className="row">
      <div className="row__title skeleton" />
      <div className="shelf__list">
        <CardSkeletons shape={shape} />
      </div>
    </div>
  );
}
