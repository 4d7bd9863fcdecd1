"""What is counted of a profile that was shown a variant: each measure with its definition.

A profile is one number of each measure, so profiles that watch a lot weigh no more than others and
no two numbers depend on each other. Outcomes are of the time that the experiment says; quality is
of the first hour, so that a variant that harms is stopped within hours.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean
from uuid import UUID

from matinee.contracts.experiments.studio import Measure

QUALITY_WITHIN = timedelta(hours=1)
"""Plays that begin so soon after somebody was first shown a variant tell how good its plays are."""
LATE = timedelta(minutes=5)
"""What players tell of a play has come by then."""

_HOUR_S, _DAY_S = 3600.0, 86_400.0


@dataclass(frozen=True)
class OnePlay:
    """A play as far as it is known; the last four are None where its player told nothing."""

    title_id: UUID
    started_at: datetime
    watched_s: float
    startup_s: float | None = None
    played_s: float | None = None
    stalled_s: float | None = None
    has_failed: bool | None = None


@dataclass(frozen=True)
class Seen:
    """What a profile did within a time since it was first shown a variant."""

    shown_at: datetime
    plays: Sequence[OnePlay]


Count = Callable[[Seen], float | None]
"""A profile's number; None where it says nothing, so that the profile does not count."""


def _watched_hours(seen: Seen) -> float:
    return sum(play.watched_s for play in seen.plays) / _HOUR_S


def _plays(seen: Seen) -> float:
    return float(len(seen.plays))


def _titles(seen: Seen) -> float:
    return float(len({play.title_id for play in seen.plays}))


def _active_days(seen: Seen) -> float:
    since = ((play.started_at - seen.shown_at).total_seconds() for play in seen.plays)
    return float(len({int(passed_s // _DAY_S) for passed_s in since}))


def _startup_s(seen: Seen) -> float | None:
    told = [play.startup_s for play in seen.plays if play.startup_s is not None]
    return fmean(told) if told else None


def _rebuffer_ratio(seen: Seen) -> float | None:
    stalled_s = sum(play.stalled_s or 0.0 for play in seen.plays)
    in_all_s = stalled_s + sum(play.played_s or 0.0 for play in seen.plays)
    return stalled_s / in_all_s if in_all_s > 0 else None


def _failed_share(seen: Seen) -> float | None:
    told = [play.has_failed for play in seen.plays if play.has_failed is not None]
    return fmean(told) if told else None


def _outcome(name: str, label: str, unit: str, sentence: str) -> Measure:
    return Measure(
        name=name, label=label, sentence=sentence, unit=unit, is_guard=False, better="more"
    )


def _guard(name: str, label: str, unit: str, sentence: str) -> Measure:
    return Measure(
        name=name, label=label, sentence=sentence, unit=unit, is_guard=True, better="less"
    )


_SINCE = "after a profile was first shown its variant, within the time that the experiment counts"
_FIRST_HOUR = "in a profile's plays that began in the hour after it was first shown its variant"

OUTCOMES: Mapping[str, tuple[Measure, Count]] = {
    "watched_hours": (
        _outcome(
            *("watched_hours", "Hours watched", "hours"),
            f"Hours watched, without pauses, in plays that began {_SINCE}; zero for no play",
        ),
        _watched_hours,
    ),
    "plays": (
        _outcome("plays", "Plays", "plays", f"Play sessions that began {_SINCE}"),
        _plays,
    ),
    "titles": (
        _outcome(
            "titles", "Titles", "titles", f"Different titles of the plays that began {_SINCE}"
        ),
        _titles,
    ),
    "active_days": (
        _outcome(
            *("active_days", "Active days", "days"),
            f"Stretches of 24 hours with a play that began in them, {_SINCE}",
        ),
        _active_days,
    ),
}
QUALITY: Mapping[str, tuple[Measure, Count]] = {
    "startup_s": (
        _guard(
            *("startup_s", "Start-up", "s"),
            f"Mean time to first frame {_FIRST_HOUR}; profiles without one do not count",
        ),
        _startup_s,
    ),
    "rebuffer_ratio": (
        _guard(
            *("rebuffer_ratio", "Rebuffer ratio", "share"),
            f"Stalled time as a share of stalled and played time {_FIRST_HOUR}; profiles that"
            " neither played nor stalled do not count",
        ),
        _rebuffer_ratio,
    ),
    "failed_share": (
        _guard(
            *("failed_share", "Failed plays", "share"),
            f"Share of plays that ended with an error, of those that were told of, {_FIRST_HOUR}",
        ),
        _failed_share,
    ),
}
MEASURES: tuple[Measure, ...] = tuple(
    measure for measure, _ in (*OUTCOMES.values(), *QUALITY.values())
)


def numbers(
    measures: Mapping[str, tuple[Measure, Count]], seen: Sequence[Seen]
) -> dict[str, list[float]]:
    """The numbers of some profiles by measure, without those that say nothing."""
    return {
        name: [number for one in seen if (number := count(one)) is not None]
        for name, (_, count) in measures.items()
    }
