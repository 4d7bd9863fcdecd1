// Lines over a common axis, drawn by uPlot. Whoever cannot see it or has no mouse reads the same
// values with the slider below it, and from the table beside it.
import "uplot/dist/uPlot.min.css";
import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import { useWidth } from "../useWidth";

const HEIGHT = 230;
// The slider in insights.css stands below the plot by these.
const AXIS_PX = 62;
const RIGHT_PX = 30;
const TICK_PX = 84;

export interface Line {
  name: string;
  values: readonly (number | null)[];
  /** What it is held against: drawn quietly, and dashed. */
  isBefore?: boolean;
}

export interface ChartProps {
  label: string;
  at: readonly number[];
  lines: readonly Line[];
  /** Whether `at` are seconds since the epoch. */
  isTime?: boolean;
  /** Whether values are whole, so that an axis has no parts of one. */
  isWhole?: boolean;
  atWords: (at: number) => string;
  tickWords: (at: number) => string;
  valueWords: (value: number | null) => string;
  axisWords: (value: number) => string;
}

/** The line's colour and dash by its number; the ones before come after those of now. */
const LOOKS = [
  ["--amber", []],
  ["--mint", [10, 3, 2, 3]],
  ["--coral", [2, 4]],
  ["--cream", [7, 4]],
] as const;
const BEFORE = ["--ash", [4, 4]] as const;

const lookOf = ({ isBefore }: Line, number: number) =>
  isBefore ? BEFORE : (LOOKS[number % LOOKS.length] ?? LOOKS[0]);

function seriesOf(line: Line, number: number, colour: (name: string) => string): uPlot.Series {
  const [name, dash] = lookOf(line, number);
  return {
    label: line.name,
    stroke: colour(name),
    width: line.isBefore ? 1.5 : 2,
    dash: [...dash],
    ...(number === 0 && !line.isBefore && { fill: `${colour(name)}1f` }),
    points: { show: line.values.filter((value) => value !== null).length < 2 },
  };
}

type Read = (index: number | null) => void;

function optionsOf(
  props: ChartProps,
  frame: HTMLElement,
  width: number,
  read: Read,
): uPlot.Options {
  const style = getComputedStyle(frame);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis: uPlot.Axis = {
    stroke: colour("--dust"),
    font: `500 12px ${colour("--text")}`,
    grid: { stroke: "rgb(251 243 231 / 9%)", width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: HEIGHT,
    padding: [12, RIGHT_PX, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: {
      x: { time: props.isTime === true },
      y: {
        range: (_plot, low, high) => [Math.min(0, low), high > Math.min(0, low) ? 1.08 * high : 1],
      },
    },
    axes: [
      {
        ...axis,
        space: TICK_PX,
        size: 30,
        values: (_plot, splits) => splits.map(props.tickWords),
        ...(props.isTime && { incrs: STEPS_S }),
      },
      {
        ...axis,
        size: AXIS_PX,
        values: (_plot, splits) => splits.map(props.axisWords),
        ...(props.isWhole && { incrs: WHOLE_STEPS }),
      },
    ],
    series: [{}, ...props.lines.map((line, number) => seriesOf(line, number, colour))],
    hooks: { setCursor: [(plot) => read(plot.cursor.idx ?? null)] },
  };
}

const [MINUTE_S, HOUR_S, DAY_S] = [60, 3_600, 86_400];
/** Where an axis of time may be marked. */
const STEPS_S = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE_S),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR_S),
  ...[1, 2, 7, 14, 30, 60, 90, 180, 365].map((count) => count * DAY_S),
];

const WHOLE_STEPS = Array.from({ length: 13 }, (_, power) => 10 ** power).flatMap((ten) => [
  ten,
  2 * ten,
  5 * ten,
]);

function Readings({ lines, index, valueWords }: ChartProps & { index: number | null }) {
  return (
    <ul className="chart__legend">
      {lines.map((line, number) => {
        const [colour, dash] = lookOf(line, number);
        return (
          <li key={line.name}>
            <svg viewBox="0 0 30 8" aria-hidden="true">
              <path
                d="M0 4H30"
                style={{ stroke: `var(${colour})` }}
                strokeDasharray={dash.join(" ")}
              />
            </svg>
            {line.name}
            {index !== null && <strong>{valueWords(line.values[index] ?? null)}</strong>}
          </li>
        );
      })}
    </ul>
  );
}

/** At most four lines, and what they are held against. `at` and `lines` must be the same ones until they change. */
export function Chart(props: ChartProps) {
  const { label, at, lines, atWords, valueWords } = props;
  const [frame, width] = useWidth<HTMLDivElement>(640);
  const [index, setIndex] = useState<number | null>(null);
  const plot = useRef<uPlot | null>(null);
  const shown = index !== null && index < at.length ? index : null;
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const data: uPlot.AlignedData = [[...at], ...lines.map(({ values }) => [...values])];
    const drawn = new uPlot(optionsOf(props, element, width, setIndex), data, element);
    plot.current = drawn;
    return () => {
      plot.current = null;
      drawn.destroy();
    };
    // The words follow from what is drawn.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [at, lines, width, frame]);
  const moveTo = (to: number) => {
    const [drawn, where] = [plot.current, at[to]];
    setIndex(to);
    if (drawn && where !== undefined)
      drawn.setCursor({ left: drawn.valToPos(where, "x"), top: HEIGHT / 2 }, false);
  };
  const place = shown === null ? undefined : at[shown];
  const words = (number: number) =>
    `${atWords(at[number] ?? 0)}: ${lines.map(({ name, values }) => `${name} ${valueWords(values[number] ?? null)}`).join(", ")}`;
  return (
    <div className="chart">
      <div className="chart__head">
        <Readings {...props} index={shown} />
        <span className="chart__place">{place === undefined ? "" : atWords(place)}</span>
      </div>
      <div ref={frame} className="plot__frame" aria-hidden="true" />
      <input
        type="range"
        className="chart__slider"
        aria-label={`${label}, value by value`}
        min={0}
        max={Math.max(0, at.length - 1)}
        value={shown ?? Math.max(0, at.length - 1)}
        aria-valuetext={at.length === 0 ? "Nothing" : words(shown ?? at.length - 1)}
        onChange={(event) => moveTo(event.currentTarget.valueAsNumber)}
      />
    </div>
  );
}
