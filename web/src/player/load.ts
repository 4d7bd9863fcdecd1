// Loads the player, and Shaka Player with it, only when somebody wants to watch.

const loadPage = () => import("./PlayerPage");
const loadLibrary = () => import("shaka-player/dist/shaka-player.dash-es2021.js");

/** Shaka Player itself. */
export async function loadShaka() {
  return (await loadLibrary()).default;
}

/** Both at once: neither has to wait for the other to ask for it. */
export function loadPlayerPage(): ReturnType<typeof loadPage> {
  void loadLibrary().catch(() => undefined); // Whoever needs it asks again, and hears of the failure.
  return loadPage();
}

/** Called when a finger or a mouse goes down on Play: the click follows in a tenth of a second. */
export function preloadPlayer(): void {
  void loadPlayerPage().catch(() => undefined);
}
