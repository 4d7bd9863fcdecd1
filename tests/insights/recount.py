"""Each figure of plays once more, from what was told, in plain Python and without a database."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from uuid import UUID

from matinee.insights.rules.experience import Experience
from tests.insights.told import Play


@dataclass(frozen=True)
class Seen:
    """One play, as its facts together say it went."""

    session_id: UUID
    profile_id: UUID
    title_id: UUID
    country: str
    device: str | None
    began_at: datetime
    seen_at: datetime
    duration_s: float | None
    reached_s: float
    watched_s: float
    finished: bool
    quality: Experience | None


def seen(play: Play) -> Seen:
    """The play by its facts: the greatest of what grows, the last that its player told."""
    lengths = [one.duration_s for one in play.progress if hasattr(one, "duration_s")]
    told = max(play.quality, key=lambda pair: pair[0], default=None)
    moments = [one.occurred_at for one in play.progress]
    return Seen(
        play.session_id,
        play.profile_id,
        play.title_id,
        play.country,
        play.device if told else None,
        min(moments),
        max(moments),
        max(lengths, default=None),
        max((one.position_s for one in play.progress if hasattr(one, "position_s")), default=0.0),
        max((one.watched_s for one in play.progress if hasattr(one, "watched_s")), default=0.0),
        any(one.finished for one in play.progress if hasattr(one, "finished")),
        told[1] if told else None,
    )


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _percentile(values: Sequence[float], share: float) -> float | None:
    """Interpolated between neighbours (Hyndman and Fan, 1996, definition 7)."""
    if not values:
        return None
    ordered, place = sorted(values), share * (len(values) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _told(plays: Sequence[Seen]) -> list[Experience]:
    return [play.quality for play in plays if play.quality is not None]


def _starts(plays: Sequence[Seen]) -> list[float]:
    return [one.startup_ms / 1000 for one in _told(plays) if one.startup_ms is not None]


def _hours(plays: Sequence[Seen]) -> float:
    return math.fsum(play.watched_s for play in plays) / 3600


def _viewers(plays: Sequence[Seen]) -> int:
    return len({play.profile_id for play in plays})


def _completion(plays: Sequence[Seen]) -> float | None:
    earnest = [play for play in plays if play.watched_s >= 60 or play.finished]
    return _ratio(sum(play.finished for play in earnest), len(earnest))


def _reached(plays: Sequence[Seen]) -> float | None:
    known = [(play.reached_s, play.duration_s) for play in plays if play.duration_s]
    return _ratio(
        math.fsum(min(reached, length) for reached, length in known),
        math.fsum(length for _, length in known),
    )


def _rebuffered(plays: Sequence[Seen]) -> float | None:
    stalled = sum(one.stalled_ms for one in _told(plays))
    return _ratio(stalled, stalled + sum(one.played_ms for one in _told(plays)))


def _stalls(plays: Sequence[Seen]) -> float | None:
    hours = sum(one.played_ms for one in _told(plays)) / 3_600_000
    return _ratio(sum(one.stalls for one in _told(plays)), hours)


def _bitrate(plays: Sequence[Seen]) -> float | None:
    bits = math.fsum(one.kilobits * 1000 for one in _told(plays))
    return _ratio(bits, math.fsum(one.rated_ms / 1000 for one in _told(plays)))


def _startup_median(plays: Sequence[Seen]) -> float | None:
    return median(_starts(plays)) if _starts(plays) else None


def _failed(plays: Sequence[Seen]) -> float | None:
    return _ratio(sum(one.has_failed for one in _told(plays)), len(_told(plays)))


def _without_picture(plays: Sequence[Seen]) -> float | None:
    pictures = sum(one.startup_ms is not None for one in _told(plays))
    return _ratio(len(_told(plays)) - pictures, len(_told(plays)))


FIGURES: dict[str, Callable[[Sequence[Seen]], float | None]] = {
    "plays": len,
    "viewers": _viewers,
    "hours": _hours,
    "hours_per_viewer": lambda plays: _ratio(_hours(plays), _viewers(plays)),
    "completion": _completion,
    "watched_share": _reached,
    "startup_median_s": _startup_median,
    "startup_p95_s": lambda plays: _percentile(_starts(plays), 0.95),
    "rebuffer_ratio": _rebuffered,
    "stalls_per_hour": _stalls,
    "bitrate_bps": _bitrate,
    "failed_share": _failed,
    "no_picture_share": _without_picture,
}


def most_at_once(plays: Sequence[Seen], since: datetime, until: datetime) -> int:
    """Looks at each moment at which a play begins, and at the first."""
    moments = [since, *(play.began_at for play in plays if since <= play.began_at < until)]
    return max(sum(play.began_at <= at <= play.seen_at for play in plays) for at in moments)
