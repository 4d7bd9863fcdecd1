"""Lists to learn ranking from where time counts: what was known then, and what came after.

The models are fitted to what lay before an earlier moment, and the lists are of what viewers took
in the weeks after it: the very question that a service answers every day. Nothing of a list knows
anything of its own future.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Items, Mask
from matinee.recommendations.rules.candidates.interface import Plays, Taste
from matinee.recommendations.rules.candidates.popularity import DAY_S
from matinee.recommendations.rules.ranking.held_out import CANDIDATES, LIKED_FROM, Ask
from matinee.recommendations.rules.ranking.lists import Lists, joined
from matinee.recommendations.rules.ranking.signals import features

# Two weeks tell what lasts from what everybody watches today; three of them, that this holds.
SPAN_S = 15 * DAY_S
STEP_S = 10 * DAY_S
SLICES = 3
# With less before the first slice, there is too little to learn from.
HISTORY_MIN_S = 21 * DAY_S
# Each viewer's last plays, where only their order is known.
LAST = 2
# Of each slice: as many lists as a fit of all models costs; 35 kB a list.
_VIEWERS_MAX = 1_500

Fit = Callable[[Plays], Ask]
"""Fits the models to some plays, and gives what asks them."""
Places = npt.NDArray[np.int64]
"""Which of all plays, shape (k,)."""
Teach = Callable[[Plays, Fit], Lists]
"""Makes the lists that a ranker learns from."""


def reach_far_enough(plays: Plays) -> bool:
    """Whether plays lie over so many weeks that `in_time` has something to teach."""
    if len(plays.items) == 0:
        return False
    return plays.now_s - float(plays.watched_at_s.min()) >= _reach_s()


def _reach_s() -> float:
    return SPAN_S + (SLICES - 1) * STEP_S + HISTORY_MIN_S


def in_time(plays: Plays, fit: Fit) -> Lists:
    """What each viewer took in the `SPAN_S` after each of some moments; seeded."""
    parts: list[Lists] = []
    for number in range(SLICES):
        cut_s = plays.now_s - SPAN_S - number * STEP_S
        parts += _after(plays, cut_s, fit)
    return joined(parts)


def _after(plays: Plays, cut_s: float, fit: Fit) -> Iterator[Lists]:
    """One list for each viewer who took something within the span after a moment."""
    past = plays.only(plays.watched_at_s < cut_s)
    ask = fit(replace(past, now_s=cut_s))
    at_s = plays.watched_at_s
    then = (at_s >= cut_s) & (at_s < cut_s + SPAN_S) & (plays.weights >= LIKED_FROM)
    future = plays.only(then)
    had, took = _by_viewer(past), _by_viewer(future)
    both = np.intersect1d(past.viewers, future.viewers)
    for viewer in _some(both.astype(np.int32), _VIEWERS_MAX).tolist():
        yield _list(_taste(past, had[viewer]), future.items[took[viewer]], ask)


def by_order(plays: Plays, fit: Fit) -> Lists:
    """What each viewer took last, and last but one, given all before it.

    For plays of which only the order within each viewer is known.
    """
    own = {viewer: places for viewer, places in _by_viewer(plays).items() if len(places) > LAST}
    if not own:
        return joined([])
    last = np.concatenate([places[-LAST:] for places in own.values()])
    ask = fit(plays.only(np.setdiff1d(np.arange(len(plays.items)), last)))
    parts = []
    for viewer in _some(np.array(list(own), dtype=np.int32), 3 * _VIEWERS_MAX).tolist():
        for back in range(1, LAST + 1):
            before, wanted = own[viewer][:-back], plays.items[own[viewer][-back]]
            parts.append(_list(_taste(plays, before), wanted, ask))
    return joined(parts)


def _by_viewer(plays: Plays) -> dict[int, Places]:
    """The places of each viewer's plays, oldest first."""
    order = np.lexsort((plays.items, plays.watched_at_s, plays.viewers))
    viewers, starts = np.unique(plays.viewers[order], return_index=True)
    return dict(zip(viewers.tolist(), np.split(order, starts[1:]), strict=False))


def _some(viewers: Items, count: int) -> Items:
    return np.random.default_rng(0).permutation(viewers)[:count].astype(np.int32)


def _taste(plays: Plays, own: Places) -> Taste:
    return Taste(plays.items[own], plays.weights[own], plays.watched_at_s[own])


def _list(taste: Taste, wanted: Items | np.int32, ask: Ask) -> Lists:
    signals = ask(taste)
    items = signals.candidates(CANDIDATES)
    taken: Mask = np.isin(items, wanted)
    if not taken.any():  # teaches nothing of what to prefer
        return joined([])
    return Lists(features(signals, items), taken)
