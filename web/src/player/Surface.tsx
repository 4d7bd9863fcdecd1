import { useEffect, useRef, useState, type PointerEvent } from "react";
import { Icon } from "../design/Icon";
import { SKIP_S } from "./shortcuts";

/** Two taps within this time are one double tap. */
const DOUBLE_MS = 280;

interface SurfaceProps {
  /** Controls are on screen. */
  shown: boolean;
  toggle: () => void;
  skip: (by_s: number) => void;
  fullscreen: () => void;
  show: () => void;
  hide: () => void;
}

/**
 * The picture itself as something to press. Mouse: click plays or pauses, double click fills the
 * screen. Finger: tap shows or hides the controls, double tap at a side skips.
 */
export function Surface({ shown, toggle, skip, fullscreen, show, hide }: SurfaceProps) {
  const last = useRef<{ at_ms: number; timer: number | undefined }>({ at_ms: 0, timer: undefined });
  const [flash, setFlash] = useState<{ side: "left" | "right"; key: number } | null>(null);
  useEffect(() => {
    const { current } = last;
    return () => clearTimeout(current.timer);
  }, []);

  const skipAt = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const place = (event.clientX - box.left) / box.width;
    if (place > 0.38 && place < 0.62) return;
    const side = place < 0.5 ? "left" : "right";
    setFlash({ side, key: event.timeStamp });
    skip(side === "left" ? -SKIP_S : SKIP_S);
  };
  const onPointerUp = (event: PointerEvent) => {
    if (event.button !== 0) return;
    const double = event.timeStamp - last.current.at_ms < DOUBLE_MS;
    clearTimeout(last.current.timer);
    last.current.at_ms = double && event.pointerType === "mouse" ? 0 : event.timeStamp;
    if (event.pointerType === "mouse") {
      // The first click of a double click has paused already; the second takes that back.
      toggle();
      if (double) fullscreen();
    } else if (double) skipAt(event);
    else last.current.timer = window.setTimeout(shown ? hide : show, DOUBLE_MS);
  };
  return (
    // A second way to press what the buttons offer by name.
    <div className="player__surface" aria-hidden="true" onPointerUp={onPointerUp}>
      {flash && (
        <span key={flash.key} className={`player__flash player__flash--${flash.side}`}>
          <Icon name={flash.side === "left" ? "back10" : "forward10"} />
        </span>
      )}
    </div>
  );
}
