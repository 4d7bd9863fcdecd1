"""When a title counts as seen again, and when what was seen counts as taken."""

from datetime import UTC, datetime, timedelta

VISIT = timedelta(minutes=30)
"""Seen again sooner than this is the same look at it, as is a report that comes twice."""

TAKEN_WITHIN = timedelta(hours=6)
"""A play that begins later than this after a title was last seen was found in some other way."""

# A look inside is no decision to watch; of a short film a quarter says as much.
_WATCHED_S, _WATCHED_SHARE = 120.0, 0.25


def is_new_visit(first_at: datetime, last_at: datetime, at: datetime) -> bool:
    """Whether a title that was seen between two moments was seen once more at a third."""
    return at <= first_at - VISIT or at >= last_at + VISIT


def is_take(watched_s: float, duration_s: float, *, finished: bool) -> bool:
    """Whether a play went on for so long that somebody had decided to watch."""
    return finished or 0 < min(_WATCHED_S, _WATCHED_SHARE * duration_s) <= watched_s


def day_of(at: datetime) -> int:
    """The day of a moment, counted from the Unix epoch in UTC."""
    return int(at.astimezone(UTC).timestamp() // 86_400)
