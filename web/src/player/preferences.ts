// What a viewer set in the player and wants again next time. Kept in this browser.

export interface Preferences {
  volume: number;
  muted: boolean;
  /** BCP 47 tag; null leaves the choice to the film. */
  audio: string | null;
  /** BCP 47 tag; null shows none. */
  subtitles: string | null;
}

const KEY = "matinee.player";
const DEFAULTS: Preferences = { volume: 1, muted: false, audio: null, subtitles: null };

export function readPreferences(): Preferences {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    const merged = { ...DEFAULTS, ...(kept as Partial<Preferences>) };
    return { ...merged, volume: Math.min(1, Math.max(0, merged.volume || 0)) };
  } catch {
    return DEFAULTS;
  }
}

export function keepPreferences(change: Partial<Preferences>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...readPreferences(), ...change }));
  } catch {
    // Storage may be switched off; then the choice holds for this film only.
  }
}
