import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import type { PlaySession } from "../api/messages";
import { parseStoryboard, tileAt, type Tile } from "./storyboard";
import { SKIP_S } from "./shortcuts";
import { clockTime, spokenTime } from "./time";
import type { Playback } from "./usePlayback";

/** The preview pictures; none until they are there, or if they never come. */
function useTiles(session: PlaySession): readonly Tile[] {
  const [tiles, setTiles] = useState<readonly Tile[]>([]);
  const url = session.storyboard?.url;
  useEffect(() => {
    if (!url) return;
    const leaving = new AbortController();
    const address = new URL(url, location.href).href;
    const read = async () => {
      const answer = await fetch(address, { signal: leaving.signal });
      if (answer.ok) setTiles(parseStoryboard(await answer.text(), address));
    };
    read().catch(() => undefined);
    return () => leaving.abort();
  }, [url]);
  return tiles;
}

function Preview({
  tile,
  time_s,
  fraction,
}: {
  tile: Tile | null;
  time_s: number;
  fraction: number;
}) {
  return (
    <div
      className="scrubber__preview"
      style={{ insetInlineStart: `${fraction * 100}%` }}
      aria-hidden="true"
    >
      {tile && (
        <span
          className="scrubber__tile"
          style={{
            inlineSize: tile.width,
            blockSize: tile.height,
            backgroundImage: `url("${tile.sheet}")`,
            backgroundPosition: `-${tile.x}px -${tile.y}px`,
          }}
        />
      )}
      <span className="scrubber__time">{clockTime(time_s)}</span>
    </div>
  );
}

const percent = (part: number, whole: number): string =>
  `${whole > 0 ? Math.min(100, Math.max(0, (part / whole) * 100)) : 0}%`;

interface ScrubberProps {
  session: PlaySession;
  playback: Playback;
  seek: (time_s: number) => void;
}

/** How far a key moves, in seconds; null when it does not move. */
function stepOf(key: string, duration_s: number): number | null {
  switch (key) {
    case "ArrowLeft":
      return -SKIP_S;
    case "ArrowRight":
      return SKIP_S;
    case "PageDown":
      return -6 * SKIP_S;
    case "PageUp":
      return 6 * SKIP_S;
    case "Home":
      return -duration_s;
    case "End":
      return duration_s;
    default:
      return null;
  }
}

/** Where one is in the film, and the way to anywhere else in it. */
export function Scrubber({ session, playback, seek }: ScrubberProps) {
  const { time_s, duration_s, buffered } = playback;
  const tiles = useTiles(session);
  const track = useRef<HTMLDivElement>(null);
  const [hover_s, setHover] = useState<number | null>(null);
  const [drag_s, setDrag] = useState<number | null>(null);

  const timeAt = (event: PointerEvent): number => {
    const box = track.current?.getBoundingClientRect();
    if (!box || box.width === 0) return 0;
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * duration_s;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = stepOf(event.key, duration_s);
    if (step === null) return;
    event.preventDefault();
    event.stopPropagation();
    seek(Math.min(duration_s, Math.max(0, time_s + step)));
  };
  const shown_s = drag_s ?? time_s;
  const preview_s = drag_s ?? hover_s;
  return (
    <div
      ref={track}
      className="scrubber"
      role="slider"
      tabIndex={0}
      aria-label="Seek"
      aria-valuemin={0}
      aria-valuemax={Math.round(duration_s)}
      aria-valuenow={Math.round(shown_s)}
      aria-valuetext={`${spokenTime(shown_s)} of ${spokenTime(duration_s)}`}
      data-dragging={drag_s !== null}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag(timeAt(event));
      }}
      onPointerMove={(event) => {
        if (drag_s !== null) setDrag(timeAt(event));
        else if (event.pointerType === "mouse") setHover(timeAt(event));
      }}
      onPointerUp={(event) => {
        if (drag_s === null) return;
        seek(timeAt(event));
        setDrag(null);
        setHover(null);
      }}
      onPointerCancel={() => setDrag(null)}
      onPointerLeave={() => setHover(null)}
    >
      <div className="scrubber__line">
        {buffered.map(({ start_s, end_s }) => (
          <span
            key={start_s}
            className="scrubber__buffered"
            style={{
              insetInlineStart: percent(start_s, duration_s),
              inlineSize: percent(end_s - start_s, duration_s),
            }}
          />
        ))}
        <span className="scrubber__played" style={{ inlineSize: percent(shown_s, duration_s) }} />
      </div>
      <span className="scrubber__knob" style={{ insetInlineStart: percent(shown_s, duration_s) }} />
      {preview_s !== null && duration_s > 0 && (
        <Preview
          tile={tileAt(tiles, preview_s)}
          time_s={preview_s}
          fraction={preview_s / duration_s}
        />
      )}
    </div>
  );
}
