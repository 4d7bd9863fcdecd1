// A play session's life: opened, kept alive, stopped.
import { useEffect, useState } from "react";
import { call } from "../api/client";
import type { PlaySession } from "../api/messages";
import { Problem } from "../api/problem";

/** What a new account may watch is told a moment after it was made; longer is a real refusal. */
const ENTITLEMENT_TRIES = 3;
const ENTITLEMENT_WAIT_MS = 700;

async function press(titleId: string, signal: AbortSignal): Promise<PlaySession> {
  for (let tried = 1; ; tried++) {
    try {
      return await call<PlaySession>("/api/playback/sessions", {
        method: "POST",
        body: { title_id: titleId },
        signal,
      });
    } catch (error) {
      const mayCome = error instanceof Problem && error.code === "not_entitled";
      if (!mayCome || tried >= ENTITLEMENT_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, ENTITLEMENT_WAIT_MS));
    }
  }
}

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
        const session = await press(titleId, leaving.signal);
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
