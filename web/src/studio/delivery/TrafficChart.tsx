// The last hour's traffic by where the bytes came from, minute by minute.
import type { TrafficMinute } from "../../api/messages";
import { useWidth } from "../useWidth";
import { bitrateWords, hitShare, shareWords, sumServed } from "./figures";

const HEIGHT = 150;
const MINUTE_S = 60;
const PARTS = ["held", "cached", "missed"] as const;
const NAMES: Record<(typeof PARTS)[number], string> = {
  held: "From the store",
  cached: "From the small cache",
  missed: "From shield or origin",
};
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

const bps = (bytes: number): number => (8 * bytes) / MINUTE_S;

export function TrafficChart({ traffic }: { traffic: readonly TrafficMinute[] }) {
  const [frame, width] = useWidth<HTMLDivElement>(640);
  const [first, last] = [traffic[0], traffic.at(-1)];
  if (!first || !last) return <p className="muted">Nothing was served within the last hour.</p>;
  const since_ms = Date.parse(first.minute);
  const minutes = Math.max(1, (Date.parse(last.minute) - since_ms) / 60_000 + 1);
  const totals = traffic.map(({ bytes }) => PARTS.reduce((sum, part) => sum + bytes[part], 0));
  const top = Math.max(1, ...totals);
  const column = width / minutes;
  const sum = sumServed(traffic.map(({ bytes }) => bytes));
  return (
    <figure className="delivery__traffic">
      <div ref={frame}>
        <svg
          width={width}
          height={HEIGHT}
          role="img"
          aria-label={`Traffic of the last hour: at most ${bitrateWords(bps(top))}, ${shareWords(hitShare(sum))} from edges’ disks.`}
        >
          {traffic.map(({ minute, bytes }) => {
            const x = ((Date.parse(minute) - since_ms) / 60_000) * column;
            let y = HEIGHT;
            return PARTS.map((part) => {
              const height = (HEIGHT * bytes[part]) / top;
              y -= height;
              const look = `delivery__bytes--${part}`;
              const key = `${minute} ${part}`;
              const box = { x, y, width: Math.max(1, column - 1), height };
              return <rect key={key} className={look} {...box} />;
            });
          })}
        </svg>
      </div>
      <figcaption>
        <ul className="delivery__legend">
          {PARTS.map((part) => (
            <li key={part} className={`delivery__bytes--${part}`}>
              {NAMES[part]}
            </li>
          ))}
        </ul>
        <span className="muted">
          {TIME.format(since_ms)} to {TIME.format(Date.parse(last.minute))}, at most{" "}
          {bitrateWords(bps(top))}
        </span>
      </figcaption>
    </figure>
  );
}
