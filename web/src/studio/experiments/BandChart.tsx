import { useId } from "react";
import { useWidth } from "../useWidth";
import type { Measure } from "./messages";
import { differenceWords, momentWords, reachOf, type Band } from "./readings";

interface BandChartProps {
  bands: readonly Band[];
  measure: Measure;
  variant: string;
}

const HEIGHT = 220;
const LEFT = 84;
const EDGE = 18;

/** How surely a difference was known as time went on: the band narrows, and zero is in it or not. */
export function BandChart({ bands, measure, variant }: BandChartProps) {
  const [frame, width] = useWidth<HTMLDivElement>(720);
  const id = useId();
  const [first, last] = [bands[0], bands.at(-1)];
  if (!first || !last || first === last) return null;
  const reach = reachOf(bands);
  const x = ({ at_ms }: Band) =>
    LEFT + ((at_ms - first.at_ms) / (last.at_ms - first.at_ms)) * (width - LEFT - EDGE);
  const y = (value: number) => HEIGHT / 2 - (value / reach) * (HEIGHT / 2 - EDGE);
  const point = (band: Band, value: number) => `${x(band).toFixed(1)} ${y(value).toFixed(1)}`;
  const above = bands.map((band) => point(band, band.high));
  const below = bands.toReversed().map((band) => point(band, band.low));
  const ticks = [reach, 0, -reach];
  return (
    <figure className="studio__panel plot" aria-labelledby={id}>
      <div ref={frame} className="plot__frame">
        <svg width={width} height={HEIGHT} role="img" aria-labelledby={id}>
          {ticks.map((tick) => (
            <g key={tick} className={tick === 0 ? "band__zero" : "plot__axes"}>
              <line x1={LEFT} x2={width - EDGE} y1={y(tick)} y2={y(tick)} />
              <text x={LEFT - 8} y={y(tick)} dy="0.35em" textAnchor="end">
                {differenceWords(tick, measure)}
              </text>
            </g>
          ))}
          <path className="band__sure" d={`M${[...above, ...below].join("L")}z`} />
          <path
            className="band__line"
            d={`M${bands.map((band) => point(band, band.value)).join("L")}`}
          />
        </svg>
      </div>
      <figcaption id={id} className="muted">
        {measure.label} of {variant} next to the first variant, from{" "}
        {momentWords(new Date(first.at_ms).toISOString())} on. The truth lies within the band at
        every moment at once; now between {differenceWords(last.low, measure)} and{" "}
        {differenceWords(last.high, measure)}.
      </figcaption>
    </figure>
  );
}
