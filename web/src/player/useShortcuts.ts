import { useCallback, type KeyboardEvent } from "react";
import type { Doing } from "./Controls";
import { commandOf, speedAfter, type Command } from "./shortcuts";
import type { Playback } from "./usePlayback";

export interface Steering extends Doing {
  subtitles: () => void;
  setSpeed: (speed: number) => void;
  leave: () => void;
  /** Brings the controls up and puts the focus on them. */
  enterControls: () => void;
}

function obey(command: Command, steering: Steering, playback: Playback): void {
  switch (command.do) {
    case "skip":
      steering.skip(command.by_s);
      break;
    case "jump":
      steering.seek(command.fraction * playback.duration_s);
      break;
    case "volume":
      steering.setVolume(playback.volume + command.by);
      break;
    case "speed":
      steering.setSpeed(speedAfter(playback.speed, command.steps));
      break;
    default:
      steering[command.do]();
  }
}

/** Keys that a control with the visible focus keeps for itself. */
function belongsToControl(event: KeyboardEvent): boolean {
  const { target, currentTarget, key } = event;
  if (!(target instanceof HTMLElement) || target === currentTarget) return false;
  // A button that was clicked holds the focus without showing it; keys then still mean the film.
  if (!target.matches(":focus-visible")) return false;
  return key === " " || key.startsWith("Arrow") || key === "Home";
}

/** Steers the film with the keyboard or a remote control. */
export function useShortcuts(steering: Steering, playback: Playback) {
  return useCallback(
    (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
      if (event.target instanceof Element && event.target.closest("dialog")) return;
      if (belongsToControl(event)) return;
      if (event.key === "ArrowUp" || event.key === "ArrowDown") {
        event.preventDefault();
        steering.enterControls();
        return;
      }
      const command = commandOf(event.key);
      if (!command) return;
      event.preventDefault();
      obey(command, steering, playback);
    },
    [steering, playback],
  );
}
