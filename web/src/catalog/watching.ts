// What Play does on a title's page.
import type { ResumePoint, Season, Title } from "../api/messages";

export interface Opening {
  titleId: string;
  /** "S1 E2" for an episode. */
  season: number | null;
  episode: number | null;
  /** How much has been seen, from 0 to 1; null when it starts at the beginning. */
  progress: number | null;
  left_s: number | null;
}

/** How much of a title has been seen; null when there is nothing to resume. */
export function progressOf(point: ResumePoint | null | undefined): number | null {
  if (!point || point.finished || point.duration_s <= 0) return null;
  return Math.min(1, point.position_s / point.duration_s);
}

function openingAt(titleId: string, point: ResumePoint | null | undefined): Opening {
  const progress = progressOf(point);
  const left_s = point && progress !== null ? point.duration_s - point.position_s : null;
  return { titleId, season: null, episode: null, progress, left_s };
}

/**
 * Where a series goes on: the episode watched last, or the one after it when that was finished.
 * `points` are newest first. Null for a series without episodes.
 */
export function episodeToPlay(
  seasons: readonly Season[],
  points: readonly ResumePoint[],
): Opening | null {
  const episodes = seasons.flatMap((season) => season.episodes);
  const ids = new Map(episodes.map((episode, index) => [episode.id, index]));
  const last = points.find((point) => ids.has(point.title_id));
  const at = last ? (ids.get(last.title_id) ?? 0) + (last.finished ? 1 : 0) : 0;
  const episode = episodes[at] ?? episodes[0];
  if (!episode) return null;
  const point = points.find(({ title_id }) => title_id === episode.id);
  return { ...openingAt(episode.id, point), season: episode.season, episode: episode.episode };
}

/** What Play starts; null while there is nothing to play. */
export function openingOf(
  title: Title,
  resume: ResumePoint | null,
  points: readonly ResumePoint[],
): Opening | null {
  if (title.kind === "series") return episodeToPlay(title.seasons, points);
  return title.play_title_id ? openingAt(title.play_title_id, resume) : null;
}
