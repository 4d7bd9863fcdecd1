// How facts about titles are worded.
import type { MaturityAge, TitleCard } from "../api/messages";

/** "1 h 42 min", "48 min", "35 s". */
export function durationWords(duration_s: number): string {
  const seconds = Math.max(1, Math.round(duration_s));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(duration_s / 60);
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return `${minutes} min`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

export function maturityWords(age: MaturityAge): string {
  return age === 0 ? "All ages" : `${age}+`;
}

/** "S2 E5", where both are known. */
export function episodeWords(card: {
  season?: number | null;
  episode?: number | null;
}): string | null {
  return card.season == null || card.episode == null ? null : `S${card.season} E${card.episode}`;
}

/** Kinds that have no length of their own. */
const HOLDING: Partial<Record<TitleCard["kind"], string>> = {
  series: "Series",
  collection: "Collection",
};

/** The short facts under a title: year, rating, length. */
export function factsOf(card: TitleCard): string[] {
  return [
    card.year === null ? null : String(card.year),
    card.mark || maturityWords(card.maturity_age),
    card.duration_s === null ? (HOLDING[card.kind] ?? null) : durationWords(card.duration_s),
  ].filter((fact) => fact !== null);
}

/** The everyday name of a language in the viewer's own; its tag when there is none. */
export function languageWords(tag: string): string {
  if (tag === "zxx") return "No speech";
  // What the standard has for a file that does not say; names of it are for linguists.
  if (tag === "und") return "Unknown language";
  try {
    const name = new Intl.DisplayNames(navigator.languages, { type: "language" }).of(tag) ?? tag;
    return name.charAt(0).toLocaleUpperCase() + name.slice(1);
  } catch {
    return tag;
  }
}

/** The badge for a height in pixels, named as viewers know it. */
export function definitionWords(height: number | null): string | null {
  if (height === null || height < 720) return null;
  if (height >= 2160) return "4K";
  return height >= 1080 ? "Full HD" : "HD";
}
