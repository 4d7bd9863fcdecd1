// What an encode tried and chose, as a picture: each trial by its bitrate and quality, the hull over
// them, and the rungs. Codecs differ in colour and in shape; the tables below say the same in numbers.
import { useId } from "react";
import type { EncodeReport } from "../api/messages";
import { bitrateWords, CODEC_ORDER, CODECS, linesOf, vmafWords } from "./encodeReport";
import {
  bitrateTicks,
  byBitrate,
  lineOf,
  planeOf,
  sizesOf,
  vmafTicks,
  xOf,
  yOf,
  type Box,
  type Codec,
  type Plane,
  type Rung,
  type Spot,
  type Trial,
} from "./hullPlane";
import { useWidth } from "./useWidth";

/** Above this nobody sees a difference to the source any more, so rungs end there. */
const VMAF_ENOUGH = 95;
const NARROW_PX = 520;

function boxOf(width: number): Box {
  const height = Math.min(480, Math.max(300, width * 0.56));
  return { left: 34, right: width - 34, top: 14, bottom: height - 44 };
}

function Mark({ codec, x, y, size }: { codec: Codec; x: number; y: number; size: number }) {
  if (codec === "h264") return <circle cx={x} cy={y} r={size} />;
  const half = size * 1.2;
  return <path d={`M${x} ${y - half}l${half} ${half}l${-half} ${half}l${-half} ${-half}z`} />;
}

function Axes({ plane, narrow }: { plane: Plane; narrow: boolean }) {
  const { left, right, bottom } = plane.box;
  const ticks = bitrateTicks(plane.bitrates_bps);
  // Names of neighbours would touch on a phone.
  const named = narrow && ticks.length > 5 ? ticks.filter((_, index) => index % 2 === 0) : ticks;
  return (
    <g className="plot__axes">
      {vmafTicks(plane.vmafs).map((tick) => (
        <g key={tick}>
          <line x1={left} x2={right} y1={yOf(plane, tick)} y2={yOf(plane, tick)} />
          <text x={left - 8} y={yOf(plane, tick)} dy="0.35em" textAnchor="end">
            {tick}
          </text>
        </g>
      ))}
      {named.map((tick) => (
        <g key={tick}>
          <line x1={xOf(plane, tick)} x2={xOf(plane, tick)} y1={bottom} y2={bottom + 5} />
          <text x={xOf(plane, tick)} y={bottom + 20} textAnchor="middle">
            {tick / 1e6}
          </text>
        </g>
      ))}
      <text x={right} y={bottom + 38} textAnchor="end">
        Mbit/s, logarithmic
      </text>
      <text x={left} y={bottom + 38}>
        Upwards: quality (VMAF)
      </text>
    </g>
  );
}

function Enough({ plane }: { plane: Plane }) {
  const y = yOf(plane, VMAF_ENOUGH);
  return (
    <g className="hull__enough">
      <line x1={plane.box.left} x2={plane.box.right} y1={y} y2={y} />
      <text x={plane.box.left + 6} y={y - 6}>
        as good as the source to the eye
      </text>
    </g>
  );
}

interface TrialsProps {
  plane: Plane;
  codec: Codec;
  trials: readonly Trial[];
  /** Whether each size is named where its line ends. */
  named: boolean;
}

function Trials({ plane, codec, trials, named }: TrialsProps) {
  return sizesOf(trials, codec).map(([lines, tried]) => (
    <g key={lines} className="hull__trials">
      <path d={lineOf(plane, tried)} />
      {named && <SizeName plane={plane} lines={lines} last={tried.toSorted(byBitrate).at(-1)} />}
      {tried.map((trial) => (
        <g key={trial.crf}>
          <Mark
            codec={codec}
            x={xOf(plane, trial.bitrate_bps)}
            y={yOf(plane, trial.vmaf)}
            size={2.6}
          />
          <title>{spotWords(`${CODECS[codec]} trial at ${lines} lines`, trial)}</title>
        </g>
      ))}
    </g>
  ));
}

interface SizeNameProps {
  plane: Plane;
  lines: number;
  last: Trial | undefined;
}

function SizeName({ plane, lines, last }: SizeNameProps) {
  if (!last) return null;
  return (
    <text x={xOf(plane, last.bitrate_bps) + 6} y={yOf(plane, last.vmaf)} dy="0.35em">
      {lines}
    </text>
  );
}

const spotWords = (what: string, { bitrate_bps, vmaf }: Spot): string =>
  `${what}: ${bitrateWords(bitrate_bps)}, VMAF ${vmafWords(vmaf)}`;

function Rungs({ plane, codec, rungs }: { plane: Plane; codec: Codec; rungs: readonly Rung[] }) {
  // The better codec's curve lies to the left: its names stand there, the other's on the right.
  const side = codec === "av1" ? -1 : 1;
  return rungs.map((rung) => {
    const [x, y] = [xOf(plane, rung.bitrate_bps), yOf(plane, rung.vmaf)];
    return (
      <g key={rung.name} className="hull__rung">
        <Mark codec={codec} x={x} y={y} size={5.5} />
        <text
          x={x + side * 10}
          y={y + (side > 0 ? 12 : -4)}
          textAnchor={side > 0 ? "start" : "end"}
        >
          {linesOf(rung)}
        </text>
        <title>{spotWords(`${CODECS[codec]} rung of ${rung.width} × ${rung.height}`, rung)}</title>
      </g>
    );
  });
}

function Legend({ codecs }: { codecs: readonly Codec[] }) {
  return (
    <ul className="plot__legend">
      {codecs.map((codec) => (
        <li key={codec}>
          <svg className={`hull__${codec}`} viewBox="0 0 34 14" aria-hidden="true">
            <path className="hull__line" d="M0 7H34" />
            <g className="hull__rung">
              <Mark codec={codec} x={17} y={7} size={5} />
            </g>
          </svg>
          {CODECS[codec]}
        </li>
      ))}
      <li className="hull__key">Small: trials. Line: the hull over them. Large: the rungs.</li>
    </ul>
  );
}

function summaryOf(report: EncodeReport, codecs: readonly Codec[]): string {
  const parts = codecs.map((codec) => {
    const rungs = report.rungs.filter((rung) => rung.codec === codec);
    const tried = report.trials.filter((trial) => trial.codec === codec).length;
    return `${CODECS[codec]}: ${rungs.length} rungs chosen after ${tried} trials`;
  });
  return `Bitrate against quality. ${parts.join("; ")}. The tables below hold all numbers.`;
}

export function HullChart({ report }: { report: EncodeReport }) {
  const [frame, width] = useWidth<HTMLDivElement>(720);
  const id = useId();
  const spots: Spot[] = [...report.trials, ...report.rungs];
  if (spots.length === 0) return <p className="muted">Nothing was tried out for this film.</p>;
  const box = boxOf(width);
  const plane = planeOf(spots, box);
  const codecs = CODEC_ORDER.filter((codec) =>
    [...report.trials, ...report.rungs].some((spot) => spot.codec === codec),
  );
  return (
    <figure className="studio__panel plot hull" aria-labelledby={id}>
      <Legend codecs={codecs} />
      <div ref={frame} className="plot__frame">
        <svg width={width} height={box.bottom + 44} role="img" aria-labelledby={id}>
          <Axes plane={plane} narrow={width < NARROW_PX} />
          {plane.vmafs[1] > VMAF_ENOUGH && <Enough plane={plane} />}
          {codecs.map((codec) => (
            <g key={codec} className={`hull__${codec}`}>
              <Trials
                plane={plane}
                codec={codec}
                trials={report.trials}
                named={width >= NARROW_PX}
              />
              <path
                className="hull__line"
                d={lineOf(
                  plane,
                  report.trials.filter((trial) => trial.codec === codec && trial.on_hull),
                )}
              />
            </g>
          ))}
          {codecs.map((codec) => (
            <g key={codec} className={`hull__${codec}`}>
              <Rungs
                plane={plane}
                codec={codec}
                rungs={report.rungs.filter((rung) => rung.codec === codec)}
              />
            </g>
          ))}
        </svg>
      </div>
      <figcaption id={id} className="unseen">
        {summaryOf(report, codecs)}
      </figcaption>
    </figure>
  );
}
