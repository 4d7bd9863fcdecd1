"""The last days held back: what viewers watched before a moment, and what they did after it."""

from dataclasses import dataclass, replace

import numpy as np

from matinee.recommendations.rules.arrays import Items, Mask, Times, offsets_of, spans
from matinee.recommendations.rules.candidates.interface import Plays, Taste
from matinee.recommendations.rules.candidates.popularity import DAY_S
from matinee.recommendations.rules.catalogue import Catalogue

# The same as for a page; only what a viewer liked before counts, by how long ago it was.
_HALF_LIFE_S = 120 * DAY_S
_SEED = 20_180_423


@dataclass(frozen=True)
class Judged:
    """One viewer: taste and everything seen before the cut, and what was watched after it.

    `days` holds for each wanted item how many days after the cut it was watched.
    """

    taste: Taste
    seen: Items
    wanted: Items
    days: Items


@dataclass(frozen=True)
class Holdout:
    """What a model may learn from, and the viewers whom it is judged on.

    `known` says which items anybody could have known before the cut: only these are ranked.
    `new_titles` counts the plays after the cut of others.
    """

    cut_s: float
    past: Plays
    known: Mask
    judged: list[Judged]
    new_titles: int


def before(plays: Plays, cut_s: float) -> Plays:
    """The plays until a moment, as one would have had them then."""
    return replace(plays.only(plays.watched_at_s <= cut_s), now_s=cut_s)


def held_out(catalogue: Catalogue, plays: Plays, cut_s: float, viewers_max: int) -> Holdout:
    """Split plays at a moment, and draw at most so many viewers of those who are in both parts."""
    later = (plays.watched_at_s > cut_s) & (plays.weights > 0)
    past = before(plays, cut_s)
    known = catalogue.published_at_s <= cut_s
    known[past.items] = True
    wanted = plays.only(later & known[plays.items])
    both = np.intersect1d(past.viewers, wanted.viewers)
    if len(both) > viewers_max:
        drawn = np.random.default_rng(_SEED).choice(both, viewers_max, replace=False)
        both = np.sort(drawn)
    return Holdout(
        cut_s,
        past,
        known,
        _judged(past, wanted, both.astype(np.int32), cut_s),
        new_titles=int(np.sum(later & ~known[plays.items])),
    )


def usual_cut_s(plays: Plays, days: int) -> float:
    """Where the last days begin; where all plays are from these, four fifths of them are before."""
    cut_s = plays.now_s - days * DAY_S
    times: Times = plays.watched_at_s
    if len(times) and np.mean(times <= cut_s) < 1 / 2:
        return float(np.quantile(times, 0.8))
    return cut_s


def _judged(past: Plays, wanted: Plays, viewers: Items, cut_s: float) -> list[Judged]:
    worth = past.weights * past.decay(_HALF_LIFE_S)
    seen, later = _by_viewer(past), _by_viewer(wanted)
    found = []
    for viewer in viewers:
        own, then = seen.of(viewer), later.of(viewer)
        liked = own[worth[own] > 0]
        days = (wanted.watched_at_s[then] - cut_s) // DAY_S
        found.append(
            Judged(
                Taste(past.items[liked], worth[liked], past.watched_at_s[liked]),
                past.items[own],
                wanted.items[then],
                days.astype(np.int32),
            )
        )
    return found


class _by_viewer:  # noqa: N801 - reads as the function that it is
    """Where the plays of a viewer stand."""

    def __init__(self, plays: Plays) -> None:
        self._order = np.argsort(plays.viewers, kind="stable")
        n_viewers = int(plays.viewers.max(initial=-1)) + 1
        self._offsets = offsets_of(plays.viewers[self._order], n_viewers)

    def of(self, viewer: int) -> Items:
        where, _ = spans(self._offsets, np.array([viewer], dtype=np.int32))
        return self._order[where].astype(np.int32)
