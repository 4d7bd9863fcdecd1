/** Rows whose ids say nothing that a person would understand. */
const KINDS: Partial<Record<string, string>> = {
  continue_watching: "Continue watching",
  because_you_watched: "Because you watched …",
  for_you: "For you",
  more_like_list: "More like my list",
  top_10: "Top 10",
  trending: "Trending now",
  new: "New on Matinee",
  coming: "Coming soon",
  leaving: "Last chance",
  hidden_gems: "Hidden gems",
};

/** The everyday name of a row that dismissals name by its key. */
export function rowWords(key: string): string {
  const colon = key.indexOf(":");
  const kind = colon < 0 ? key : key.slice(0, colon);
  const about = colon < 0 ? "" : key.slice(colon + 1);
  const words = about || KINDS[kind] || kind.replaceAll("_", " ");
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}
