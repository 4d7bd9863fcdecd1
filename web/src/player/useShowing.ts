// A showing's life on the player's page: opened, and opened anew whenever somebody tries again.
import { useEffect, useState } from "react";
import { claimPress } from "./press";
import { closeShowing, openShowing, type Showing } from "./showing";

export type Opening =
  | { phase: "opening" }
  | { phase: "open"; showing: Showing; pressed_ms: number }
  | { phase: "refused"; error: unknown };

/** Opens a title at `at_s` (null: where the service remembers), and again whenever `turn` grows. */
export function useShowing(titleId: string, turn: number, at_s: number | null): Opening {
  const [opening, setOpening] = useState<Opening>({ phase: "opening" });
  const [shownTurn, setShownTurn] = useState(turn);
  if (turn !== shownTurn) {
    setShownTurn(turn);
    setOpening({ phase: "opening" });
  }
  useEffect(() => {
    let gone = false;
    let isShown = false;
    const press = claimPress(titleId);
    const showing = openShowing(press, at_s);
    showing.then(
      (open) => {
        if (gone) return;
        isShown = true;
        setOpening({ phase: "open", showing: open, pressed_ms: press.at_ms });
      },
      (error: unknown) => {
        if (!gone) setOpening({ phase: "refused", error });
      },
    );
    return () => {
      gone = true;
      void showing.then(closeShowing, () => undefined);
      // What was shown stops its session by itself, where it is.
      if (!isShown) press.withdraw();
    };
    // Where to begin is asked for with each turn.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [titleId, turn]);
  return opening;
}
