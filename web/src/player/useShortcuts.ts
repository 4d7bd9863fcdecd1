import { useCallback, type KeyboardEvent } from "react";
import type { Doing } from "./Controls";
import { commandOf, speedAfter, type Command } from "./shortcuts";
import type { Playback } from "./usePlayback";

export interface Steering extends Doing {
  toggleSubtitles: () => void;
  setSpeed: (speed: number) => void;
  leave: () => void;
  showHelp: () => void;
  /** Brings the controls up and puts the focus on them. */
  enterControls: () => void;
}

function obey(command: Command, steering: Steering, playback: Playback): void {
  switch (command.do) {
    case "toggle":
      return steering.toggle();
    case "skip":
      return steering.skip(command.by_s);
    case "jump":
      return steering.seek(command.fraction * playback.duration_s);
    case "volume":
      return steering.setVolume(playback.volume + command.by);
    case "speed":
      return steering.setSpeed(speedAfter(playback.speed, command.steps));
    case "mute":
      return steering.mute();
    case "fullscreen":
      return steering.fullscreen();
    case "subtitles":
      return steering.toggleSubtitles();
    case "pip":
      return steering.pip();
    case "next":
      return steering.next();
    case "help":
      return steering.showHelp();
    case "leave":
      return steering.leave();
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
