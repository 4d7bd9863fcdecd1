// Choosing the point around which a picture is cut.
import { useState, type PointerEvent } from "react";
import { Button } from "../../design/Button";
import type { ArtworkKind } from "./ArtworkPart";
import { cutOf, type Point, type Size } from "./framing";

const FRAMES: Record<ArtworkKind, Size> = {
  poster: { width: 2, height: 3 },
  backdrop: { width: 16, height: 9 },
};

const percent = (share: number): string => `${(100 * share).toFixed(2)}%`;

interface SliderProps {
  label: string;
  value: number;
  onChange: (value: number) => void;
}

function Slider({ label, value, onChange }: SliderProps) {
  return (
    <label className="cutter__slider">
      <span>{label}</span>
      <input
        type="range"
        min={0}
        max={100}
        value={Math.round(value * 100)}
        onChange={(event) => onChange(Number(event.target.value) / 100)}
      />
    </label>
  );
}

interface CutterProps {
  url: string;
  kind: ArtworkKind;
  busy: boolean;
  /** Null leaves it to the service to find what draws the eye. */
  cut: (point: Point | null) => void;
}

/** Shows a whole picture with the part that will be cut; nothing where there is no such picture. */
export function Cutter({ url, kind, busy, cut }: CutterProps) {
  const [size, setSize] = useState<Size | null>(null);
  const [isMissing, setMissing] = useState(false);
  const [point, setPoint] = useState<Point | null>(null);
  if (isMissing) return null;
  const at = point ?? { x: 0.5, y: 0.5 };
  const box = size && cutOf(size, FRAMES[kind], at);
  const aim = (event: PointerEvent<HTMLElement>) => {
    const frame = event.currentTarget.getBoundingClientRect();
    setPoint({
      x: Math.min(1, Math.max(0, (event.clientX - frame.left) / frame.width)),
      y: Math.min(1, Math.max(0, (event.clientY - frame.top) / frame.height)),
    });
  };
  return (
    <div className="cutter">
      <div className="cutter__picture" onPointerDown={aim}>
        <img
          src={url}
          alt=""
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            setSize({ width: naturalWidth, height: naturalHeight })
          }
          onError={() => setMissing(true)}
        />
        {box && (
          <span
            className="cutter__box"
            style={{
              insetInlineStart: percent(box.left),
              insetBlockStart: percent(box.top),
              inlineSize: percent(box.width),
              blockSize: percent(box.height),
            }}
          />
        )}
      </div>
      <Slider label="From left to right" value={at.x} onChange={(x) => setPoint({ ...at, x })} />
      <Slider label="From top to bottom" value={at.y} onChange={(y) => setPoint({ ...at, y })} />
      <div className="studio__buttons">
        <Button small look="primary" busy={busy || !point} onClick={() => point && cut(point)}>
          Cut the {kind} here
        </Button>
        <Button small busy={busy} onClick={() => cut(null)}>
          Find the best part
        </Button>
      </div>
    </div>
  );
}
