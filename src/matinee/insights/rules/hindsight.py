"""How often an alert would have fired: its rule over figures of the past. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from matinee.insights.rules.alerts import EVERY, Threshold, Watch, after
from matinee.insights.rules.stretches import Cut

LOOKED_BACK = timedelta(days=30)
# The longer a figure is measured over, the slower it moves: so it is reckoned less often.
_STEPS_S = {300: 60, 900: 60, 3600: 300, 86_400: 3600}

Look = tuple[datetime, float | None]


@dataclass(frozen=True)
class Firing:
    """One time that an alert would have fired; `ended_at` is None where it would go on."""

    since: datetime
    fired_at: datetime
    worst: float
    ended_at: datetime | None = None


def step_of(window_s: int) -> timedelta:
    """How often a figure of such a window is reckoned."""
    return timedelta(seconds=_STEPS_S[window_s])


def cuts(since: datetime, until: datetime, window_s: int) -> Iterator[Cut]:
    """Stretches in pieces as long as the window, of which each ends at a moment of looking.

    All together they end at every step from `since` to `until`, the latter among them.
    """
    window, step = timedelta(seconds=window_s), step_of(window_s)
    for lag in range(window // step):
        last = until - lag * step
        pieces = (last - since) // window + 1
        if last >= since:
            yield Cut(tuple(last - number * window for number in range(pieces, -1, -1)))


def firings(threshold: Threshold, looks: Sequence[Look], step: timedelta) -> list[Firing]:
    """The times that it would have fired, the oldest first; `looks` in order, a step apart.

    Between two of them the figure counts as it was at the one before.
    """
    found: list[Firing] = []
    watch = Watch()
    for at, value in _each_minute(looks, step):
        before, watch = watch, after(watch, threshold, at, value)
        if watch.state == "firing" and watch.since is not None and watch.worst is not None:
            if before.state != "firing":
                found.append(Firing(watch.since, at, watch.worst))
            elif watch.worst != before.worst:
                found[-1] = replace(found[-1], worst=watch.worst)
        elif before.state == "firing":
            found[-1] = replace(found[-1], ended_at=at)
    return found


def _each_minute(looks: Iterable[Look], step: timedelta) -> Iterator[Look]:
    """Each look, and those between it and the next one; after the last there are none."""
    before: Look | None = None
    for at, value in looks:
        if before is not None:
            for number in range(1, step // EVERY):
                yield before[0] + number * EVERY, before[1]
        yield at, value
        before = at, value
