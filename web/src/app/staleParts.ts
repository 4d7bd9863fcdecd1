/** Pages of the release before ask for their parts when they are needed, and those may be gone by then. */

const KEY = "matinee.stale";
const ONCE_IN_MS = 60_000;

interface Page {
  events: EventTarget;
  /** Asked when it is needed: there are browsers that refuse it. */
  kept: () => Pick<Storage, "getItem" | "setItem">;
  reload: () => void;
}

/**
 * Load the page anew, which is today's then, when a part of it is not there any more. Not twice in a minute:
 * what is missing then is missing for another reason, and the page says that it stopped working.
 */
export function renewWhenStale({ events, kept, reload }: Page): void {
  events.addEventListener("vite:preloadError", (event) => {
    const before = Number(kept().getItem(KEY));
    if (Date.now() - before < ONCE_IN_MS) return;
    kept().setItem(KEY, String(Date.now()));
    event.preventDefault();
    reload();
  });
}
