// A play session's life: opened, kept alive, stopped.
import { useEffect, useState } from "react";
import { call } from "../api/client";
import type { PlaySession } from "../api/messages";

export type Opening =
  | { phase: "opening" }
  | { phase: "open"; session: PlaySession }
  | { phase: "refused"; error: unknown };

/** Opens a session for a title, and another one whenever `turn` grows. */
export function usePlaySession(titleId: string, turn: number): Opening {
  const [opening, setOpening] = useState<Opening>({ phase: "opening" });
  const [shownTurn, setShownTurn] = useState(turn);
  if (turn !== shownTurn) {
    setShownTurn(turn);
    setOpening({ phase: "opening" });
  }
  useEffect(() => {
    const leaving = new AbortController();
    const open = async () => {
      try {
        const session = await call<PlaySession>("/api/playback/sessions", {
          method: "POST",
          body: { title_id: titleId },
          signal: leaving.signal,
        });
        if (leaving.signal.aborted) return;
        setOpening({ phase: "open", session });
      } catch (error) {
        if (!leaving.signal.aborted) setOpening({ phase: "refused", error });
      }
    };
    // A tick later, so that a page that is left at once takes no stream slot.
    const timer = setTimeout(() => void open(), 0);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [titleId, turn]);
  return opening;
}
