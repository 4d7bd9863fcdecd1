import { describe, expect, it } from "vitest";
import type { EpisodeCard, ResumePoint, Season } from "../api/messages";
import { episodeToPlay, progressOf } from "./watching";

const episode = (season: number, number: number): EpisodeCard => ({
  id: `s${season}e${number}`,
  slug: `s${season}e${number}`,
  kind: "episode",
  name: "",
  tagline: "",
  year: null,
  maturity_age: 0,
  duration_s: 100,
  genres: [],
  artwork: { poster: null, backdrop: null },
  description: "",
  season,
  episode: number,
});

const SEASONS: Season[] = [
  { number: 1, episodes: [episode(1, 1), episode(1, 2)] },
  { number: 2, episodes: [episode(2, 1)] },
];

const point = (title_id: string, position_s: number, finished = false): ResumePoint => ({
  title_id,
  position_s,
  duration_s: 100,
  watched_at: "2026-01-01T00:00:00Z",
  finished,
});

describe("progressOf", () => {
  it("is nothing for what is finished, new, or without a length", () => {
    expect(progressOf(point("a", 99, true))).toBeNull();
    expect(progressOf(null)).toBeNull();
    expect(progressOf({ ...point("a", 5), duration_s: 0 })).toBeNull();
  });

  it("never exceeds the whole", () => {
    expect(progressOf(point("a", 130))).toBe(1);
  });
});

describe("episodeToPlay", () => {
  it("begins a new series at its first episode", () => {
    expect(episodeToPlay(SEASONS, [])).toMatchObject({ titleId: "s1e1", progress: null });
  });

  it("resumes the episode watched last, whatever was watched between", () => {
    const points = [point("other-film", 9), point("s1e2", 25), point("s2e1", 50)];
    expect(episodeToPlay(SEASONS, points)).toMatchObject({
      titleId: "s1e2",
      season: 1,
      episode: 2,
      progress: 0.25,
      left_s: 75,
    });
  });

  it("goes on with the next episode, across seasons, after one is finished", () => {
    expect(episodeToPlay(SEASONS, [point("s1e2", 100, true)])).toMatchObject({
      titleId: "s2e1",
      progress: null,
    });
  });

  it("starts afresh after the last", () => {
    expect(episodeToPlay(SEASONS, [point("s2e1", 100, true)])?.titleId).toBe("s1e1");
  });

  it("has nothing to play in a series without episodes", () => {
    expect(episodeToPlay([], [])).toBeNull();
  });
});
