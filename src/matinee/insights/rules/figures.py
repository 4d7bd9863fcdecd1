"""What the figures of the summary mean."""

from datetime import timedelta

# The summary tells of plays that started within this time.
WINDOW = timedelta(hours=24)
# Players tell where they are every ten seconds; one lost heartbeat is no farewell.
WATCHING = timedelta(seconds=30)
TOP_TITLES = 10
UNKNOWN_NAME = "Unknown title"
_SECONDS_PER_HOUR = 3600.0


def hours(duration_s: float) -> float:
    """Seconds as hours."""
    return duration_s / _SECONDS_PER_HOUR


def rebuffer_ratio(played_s: float, stalled_s: float) -> float | None:
    """Stalled time as a part of played and stalled time, from 0 to 1; None without either."""
    total_s = played_s + stalled_s
    return stalled_s / total_s if total_s > 0 else None
