import { percentOf } from "./encodeStages";

interface BarProps {
  /** What the bar is of, for those who cannot see where it stands. */
  label: string;
  fraction: number;
  /** What is going on. */
  note: string;
  small?: boolean;
}

/** How far something is, as words and a bar. */
export function Bar({ label, fraction, note, small = false }: BarProps) {
  const percent = percentOf(fraction);
  return (
    <div className={small ? "studio__progress studio__progress--small" : "studio__progress"}>
      <span className="studio__stage">
        {note} <span>{percent} %</span>
      </span>
      <div
        className="studio__bar"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={`${note}, ${percent} %`}
      >
        <span style={{ inlineSize: `${percent}%` }} />
      </div>
    </div>
  );
}
