"""What will be needed soon: by the hour of the week, and when something new comes out.

Demand is remembered in copies, so that nothing has to be known of what a viewer costs. Hours are
those of UTC; in the weeks after clocks were changed, the forecast is an hour off.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

WEEKS = 4
HOURS = 7 * 24
LIFTS = 8
LIFT_MAX = 8.0
# What a premiere brings until some were seen.
LIFT_FIRST = 2.0
# A copy takes seconds to start, a node of a cluster minutes.
AHEAD = timedelta(minutes=10)
PREMIERE_LASTS = timedelta(hours=2)
# Below this, what is divided by it says nothing.
_DEMAND_LEAST = 0.2
_MONDAY = datetime(1970, 1, 5, tzinfo=UTC)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class History:
    """The most that was needed in each hour of the last weeks, and what premieres came to.

    `peaks` has, by hour of the week, (week, copies) of the newest `WEEKS` weeks; `lifts` how many
    times the usual was needed after each of the last premieres.
    """

    peaks: Mapping[int, tuple[tuple[int, float], ...]] = field(default_factory=dict)
    lifts: tuple[float, ...] = ()


def place_of(at: datetime) -> tuple[int, int]:
    """The week since 1970 and the hour of the week (0: Monday, midnight) of a moment."""
    hours = (at - _MONDAY) // _HOUR
    return hours // HOURS, hours % HOURS


def with_demand(history: History, at: datetime, demand: float) -> History:
    """The history with one more demand; of an hour, the highest counts."""
    week, hour = place_of(at)
    peaks = dict(history.peaks.get(hour, ()))
    peaks[week] = max(demand, peaks.get(week, 0.0))
    newest = tuple(sorted(peaks.items())[-WEEKS:])
    return replace(history, peaks={**history.peaks, hour: newest})


def with_premiere(history: History, usual: float, came: float) -> History:
    """The history after a premiere at which `came` was needed where `usual` would have been."""
    if usual < _DEMAND_LEAST:
        return history
    lift = min(max(came / usual, 1.0), LIFT_MAX)
    return replace(history, lifts=(*history.lifts, lift)[-LIFTS:])


def usual(history: History, at: datetime) -> float:
    """What this hour needed in the weeks before: their middle, the higher of two; 0 if unknown."""
    week, hour = place_of(at)
    before = sorted(peak for other, peak in history.peaks.get(hour, ()) if other < week)
    return before[len(before) // 2] if before else 0.0


def lift(history: History) -> float:
    """How many times the usual a premiere brings: the middle of the last ones."""
    ordered = sorted(history.lifts)
    return ordered[len(ordered) // 2] if ordered else LIFT_FIRST


def foreseen(
    history: History, premieres: Iterable[datetime], now: datetime, lately: float
) -> float:
    """The copies that will be needed within `AHEAD`; `lately` is what is needed now.

    Before a premiere what is needed now counts as usual, too; after it, the premiere is in that.
    """
    soon = now + AHEAD
    most = max(usual(history, now), usual(history, soon))
    for premiere in premieres:
        if premiere - AHEAD <= now < premiere:
            most = max(most, lift(history) * max(usual(history, premiere), lately))
        elif premiere <= now < premiere + PREMIERE_LASTS:
            most = max(most, lift(history) * usual(history, now))
    return most
