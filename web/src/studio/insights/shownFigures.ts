// Which metrics each page shows, by their ids in the services' table; a test holds them against it.
export const SHOWN = {
  glance: [
    ...["plays", "viewers", "hours", "completion"],
    ...["startup_median_s", "rebuffer_ratio", "failed_share", "bitrate_bps"],
  ],
  overview: ["plays", "hours", "viewers", "peak_plays"],
  titles: ["hours", "plays", "viewers", "completion", "watched_share"],
  title: ["plays", "hours", "completion", "rebuffer_ratio"],
  audience: ["viewers", "hours_per_viewer"],
  audienceBy: ["viewers", "plays", "hours"],
  quality: [
    ...["startup_median_s", "startup_p95_s", "rebuffer_ratio", "stalls_per_hour"],
    ...["bitrate_bps", "failed_share", "no_picture_share"],
  ],
  qualityBy: [
    ...["plays", "startup_median_s", "startup_p95_s", "rebuffer_ratio"],
    ...["bitrate_bps", "failed_share"],
  ],
  searches: ["searches", "empty_search_share", "search_taken_share"],
  searchesBy: ["empty_searches", "searches", "search_taken_share"],
  rows: ["take_rate", "taken"],
  rowsBy: ["seen", "taken", "take_rate"],
  money: ["recurring", "revenue", "received", "subscribers", "joined", "left", "churn"],
  plans: ["subscribers", "trials"],
} as const satisfies Record<string, readonly string[]>;
