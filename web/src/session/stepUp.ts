// Some wishes are granted only to somebody who has just shown again who they are: such a request
// waits here for the page's one question, and is sent again.
import { useSyncExternalStore } from "react";

/** The code of the problem that asks for it, whichever service answers. */
export const STEP_UP_NEEDED = "step_up_needed";

type Answer = (isProven: boolean) => void;

let waiting: Answer[] = [];
const listeners = new Set<() => void>();
const tell = () => listeners.forEach((listener) => listener());

/** Has the person asked; whether they have shown who they are. Several requests share a question. */
export function stepUp(): Promise<boolean> {
  return new Promise((resolve) => {
    waiting = [...waiting, resolve];
    tell();
  });
}

/** Ends the question that is open. */
export function answerStepUp(isProven: boolean): void {
  const told = waiting;
  waiting = [];
  tell();
  told.forEach((answer) => answer(isProven));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the question is to be shown. */
export const useStepUp = (): boolean => useSyncExternalStore(subscribe, () => waiting.length > 0);
