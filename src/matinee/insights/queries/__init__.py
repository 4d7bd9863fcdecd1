"""Reads of `insights`."""

from matinee.insights.queries.summary import (
    bitrate_mean_bps,
    failed_plays,
    plays,
    startup_median_s,
    summary,
    times_told,
    top_titles,
    viewers_now,
    watched_hours,
)

__all__ = [
    "bitrate_mean_bps",
    "failed_plays",
    "plays",
    "startup_median_s",
    "summary",
    "times_told",
    "top_titles",
    "viewers_now",
    "watched_hours",
]
