// Loads the player, and Shaka Player with it, only when somebody wants to watch.

const loadPage = () => import("./PlayerPage");
const loadLibrary = () => import("shaka-player/dist/shaka-player.dash-es2021.js");

/** Shaka Player itself. */
export async function loadShaka() {
  return (await loadLibrary()).default;
}

/** What fetches the start of a film before anybody has pressed play. */
export const loadWarming = () => import("./warming");

/** Both at once: neither has to wait for the other to ask for it. */
export function loadPlayerPage(): ReturnType<typeof loadPage> {
  void loadLibrary().catch(() => undefined); // Whoever needs it asks again, and hears of the failure.
  return loadPage();
}

/** Called when somebody is about to press Play. */
export function preloadPlayer(): void {
  void loadPlayerPage().catch(() => undefined);
}
