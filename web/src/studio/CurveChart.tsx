// Curves over a common scale. They differ in colour, in dashes and in marks, so that nobody has to tell
// colours apart; a table beside the picture says the same in numbers.
import "./curves.css";
import { useId } from "react";
import { curvePlane, named, pathOf, xAt, yAt, yTicks, type Curve } from "./curvePlane";
import { useWidth } from "./useWidth";

const NARROW_PX = 520;

interface CurveChartProps {
  curves: readonly Curve[];
  /** What the picture shows, in a sentence. */
  summary: string;
  across: string;
  upwards: string;
  xWords: (x: number) => string;
  yWords: (y: number) => string;
  logarithmic?: boolean;
}

function Mark({ kind, x, y }: { kind: number; x: number; y: number }) {
  if (kind === 0) return <circle cx={x} cy={y} r={3.6} />;
  if (kind === 1) return <path d={`M${x} ${y - 4.6}l4.6 4.6l-4.6 4.6l-4.6 -4.6z`} />;
  if (kind === 2) return <path d={`M${x - 3.4} ${y - 3.4}h6.8v6.8h-6.8z`} />;
  return <path d={`M${x} ${y - 4.4}l4.4 7.6h-8.8z`} />;
}

function Legend({ curves }: { curves: readonly Curve[] }) {
  return (
    <ul className="plot__legend">
      {curves.map(({ name }, kind) => (
        <li key={name} className={`curves__${kind}`}>
          <svg viewBox="0 0 34 14" aria-hidden="true">
            <path className="curves__line" d="M0 7H34" />
            <Mark kind={kind} x={17} y={7} />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}

/** At most four curves. */
export function CurveChart(props: CurveChartProps) {
  const { curves, summary, across, upwards, xWords, yWords, logarithmic = false } = props;
  const [frame, width] = useWidth<HTMLDivElement>(720);
  const id = useId();
  const height = Math.min(360, Math.max(240, width * 0.45));
  const box = { left: 48, right: width - 16, top: 26, bottom: height - 44 };
  const plane = curvePlane(curves, box, { logarithmic });
  const xs = curves.flatMap(({ points }) => points.map(({ x }) => x));
  return (
    <figure className="studio__panel plot curves" aria-labelledby={id}>
      <Legend curves={curves} />
      <div ref={frame} className="plot__frame">
        <svg width={width} height={height} role="img" aria-labelledby={id}>
          <g className="plot__axes">
            {yTicks(plane).map((y) => (
              <g key={y}>
                <line x1={box.left} x2={box.right} y1={yAt(plane, y)} y2={yAt(plane, y)} />
                <text x={box.left - 8} y={yAt(plane, y)} dy="0.35em" textAnchor="end">
                  {yWords(y)}
                </text>
              </g>
            ))}
            {named(xs, width < NARROW_PX ? 5 : 10).map((x) => (
              <text key={x} x={xAt(plane, x)} y={box.bottom + 20} textAnchor="middle">
                {xWords(x)}
              </text>
            ))}
            <text x={box.right} y={box.bottom + 38} textAnchor="end">
              {across}
            </text>
            <text x={box.left - 40} y={12}>
              {upwards}
            </text>
          </g>
          {curves.map((curve, kind) => (
            <g key={curve.name} className={`curves__${kind}`}>
              <path className="curves__line" d={pathOf(plane, curve)} />
              {curve.points.map(({ x, y }) => (
                <g key={x}>
                  <Mark kind={kind} x={xAt(plane, x)} y={yAt(plane, y)} />
                  <title>{`${curve.name}: ${xWords(x)}, ${yWords(y)}`}</title>
                </g>
              ))}
            </g>
          ))}
        </svg>
      </div>
      <figcaption id={id} className="unseen">
        {summary}
      </figcaption>
    </figure>
  );
}
