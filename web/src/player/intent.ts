// What a Play link does before and when it is pressed. Hovering, or resting on it with the keyboard,
// gets the film ready; the press itself asks for the play session at once.
import type { FocusEvent, MouseEvent, PointerEvent } from "react";
import { maySpendAhead } from "./network";
import { loadWarming, preloadPlayer } from "./load";
import { pressPlay } from "./press";

/** Passing over a link is no intent; staying on it this long is. */
const HOVER_MS = 80;
const FOCUS_MS = 200;

interface Play {
  titleId: string;
  /** Where it begins; null for where the service remembers. */
  at_s: number | null;
}

let timer: ReturnType<typeof setTimeout> | undefined;
/** What is to be got ready; null once it was pressed. */
let wanted: Play | null = null;

/** Fetches the player and the start of what is about to be played. */
export function getReady(play: Play): void {
  clearTimeout(timer);
  wanted = play;
  preloadPlayer();
  loadWarming().then(
    ({ warmUp }) => {
      if (wanted === play) warmUp(play.titleId, play.at_s);
    },
    () => undefined, // The press asks again, and says so if it fails.
  );
}

function waitFor(play: Play, dwell_ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => getReady(play), dwell_ms);
}

const neverMind = () => clearTimeout(timer);

/** Whether a click opens the link here, and not in another tab. */
const isPlainClick = (event: MouseEvent): boolean =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;

/** Handlers for a link that plays a title; `at_s` null begins where the service remembers. */
export function playIntent(titleId: string, at_s: number | null = null) {
  const play = { titleId, at_s };
  return {
    onPointerEnter: ({ pointerType }: PointerEvent) => {
      if (pointerType === "mouse") waitFor(play, HOVER_MS);
    },
    onPointerLeave: neverMind,
    onPointerDown: () => getReady(play),
    onFocus: ({ currentTarget }: FocusEvent) => {
      // With a mouse the press comes at the same moment.
      if (currentTarget.matches(":focus-visible")) waitFor(play, FOCUS_MS);
    },
    onBlur: neverMind,
    onClick: (event: MouseEvent) => {
      if (event.defaultPrevented || !isPlainClick(event)) return;
      wanted = null;
      preloadPlayer();
      pressPlay(titleId);
    },
  };
}

/** Fetches the player's code in an idle moment: whoever looks at a title is likely to play it. */
export function preloadWhenIdle(): () => void {
  if (!maySpendAhead()) return () => undefined;
  if (!("requestIdleCallback" in window)) {
    const later = setTimeout(preloadPlayer, 2_000);
    return () => clearTimeout(later);
  }
  const handle = window.requestIdleCallback(preloadPlayer, { timeout: 3_000 });
  return () => window.cancelIdleCallback(handle);
}
