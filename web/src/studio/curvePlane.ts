// Where things stand in a picture of curves: numbers upwards from zero, and any scale sideways.

export interface Point {
  x: number;
  y: number;
}

export interface Curve {
  name: string;
  points: readonly Point[];
}

export interface CurveBox {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface CurvePlane {
  xs: readonly [number, number];
  y_max: number;
  box: CurveBox;
  /** Whether equal ratios lie equally far apart sideways. */
  logarithmic: boolean;
}

const STEPS = [1, 2, 2.5, 5, 10];
const TICKS = 4;
const NOTHING = 1e-9;

/** A step between ticks that people count in: at most four of them reach `most`. */
export function stepOf(most: number): number {
  // What is too small to be told from nothing is drawn as nothing.
  if (most < NOTHING) return 1;
  const rough = most / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  return (STEPS.find((step) => step * power >= rough * (1 - 1e-9)) ?? 10) * power;
}

/** The part of the plane that holds all curves, from zero up to an even end. */
export function curvePlane(
  curves: readonly Curve[],
  box: CurveBox,
  { logarithmic = false } = {},
): CurvePlane {
  const points = curves.flatMap((curve) => curve.points);
  const xs = points.map(({ x }) => x);
  const most = Math.max(...points.map(({ y }) => y), 0);
  const step = stepOf(most);
  return {
    xs: [Math.min(...xs), Math.max(...xs)],
    y_max: Math.max(step, Math.ceil(most / step - 1e-9) * step),
    box,
    logarithmic,
  };
}

export function xAt({ xs: [from, to], box, logarithmic }: CurvePlane, x: number): number {
  const scale = logarithmic ? Math.log : (value: number) => value;
  const width = scale(to) - scale(from);
  // A single value stands in the middle.
  const share = width > 0 ? (scale(x) - scale(from)) / width : 0.5;
  return box.left + share * (box.right - box.left);
}

export function yAt({ y_max, box }: CurvePlane, y: number): number {
  return box.bottom - (y / y_max) * (box.bottom - box.top);
}

export function yTicks({ y_max }: CurvePlane): number[] {
  const step = stepOf(y_max);
  return Array.from({ length: Math.round(y_max / step) + 1 }, (_, index) => index * step);
}

/** A curve as an SVG path. */
export function pathOf(plane: CurvePlane, { points }: Curve): string {
  return points
    .map(
      ({ x, y }, index) =>
        `${index === 0 ? "M" : "L"}${xAt(plane, x).toFixed(1)} ${yAt(plane, y).toFixed(1)}`,
    )
    .join("");
}

/** The values to name sideways: all of them, or the outermost and evenly chosen ones between. */
export function named(values: readonly number[], most: number): number[] {
  const sorted = [...new Set(values)].toSorted((one, other) => one - other);
  if (sorted.length <= most) return sorted;
  const places = Array.from({ length: most }, (_, index) =>
    Math.round((index * (sorted.length - 1)) / (most - 1)),
  );
  return sorted.filter((_, index) => places.includes(index));
}
