// Loads the player, and Shaka Player with it, only when somebody wants to watch.

const loadPage = () => import("./PlayerPage");
const loadLibrary = () => import("shaka-player/dist/shaka-player.dash-es2021.js");

/** Shaka Player itself. */
export async function loadShaka() {
  return (await loadLibrary()).default;
}

/** What fetches the start of a film before anybody has pressed play. */
export const loadWarming = () => import("./warming");

type PlayerPage = Awaited<ReturnType<typeof loadPage>>["default"];

let playerPage: PlayerPage | null = null;

/** Both at once: neither has to wait for the other to ask for it. */
export async function loadPlayerPage(): Promise<void> {
  void loadLibrary().catch(() => undefined); // Whoever needs it asks again, and hears of the failure.
  playerPage = (await loadPage()).default;
}

/** The player's page, if its code is there; in the form that a state's initial value has. */
export const loadedPlayerPage = (): { component: PlayerPage } | null =>
  playerPage && { component: playerPage };

/** Called when somebody is about to press Play. */
export function preloadPlayer(): void {
  void loadPlayerPage().catch(() => undefined);
}
