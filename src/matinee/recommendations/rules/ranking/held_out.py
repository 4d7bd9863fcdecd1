"""Lists to learn ranking from where time does not help: of viewers whom the models never saw.

Models know those whom they were fitted to better than anybody whom they will meet, so a ranker that
learnt from these would trust them too much. Here the models are fitted to some viewers, and the
lists come from others, of whose titles a part was hidden.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Items, Mask
from matinee.recommendations.rules.candidates.interface import Plays, Taste
from matinee.recommendations.rules.ranking.lists import Lists, joined
from matinee.recommendations.rules.ranking.signals import Signals, features

# From here on a play says that the title was liked rather than tried.
LIKED_FROM = 0.5
# So many of the best are ranked; what is not among them is hardly ever taken.
CANDIDATES = 200
_VIEWERS_MAX = 1_500
_SHARE = 1 / 3
_HIDDEN = 0.2
_LIKED_MIN = 5
# Another part hidden of the same viewer teaches nearly as much as another viewer would.
_TIMES = 2
# Fewer lists teach the noise of those few viewers.
_LISTS_MIN = 100

Ask = Callable[[Taste], Signals]
Places = npt.NDArray[np.integer[Any]]
"""Which of all plays, shape (k,)."""


def lists(plays: Plays, fit: Callable[[Plays], Ask]) -> Lists:
    """`_TIMES` lists for each held-out viewer; none where there are too few to learn from.

    `fit` fits the models to some plays and gives what asks them. Seeded.
    """
    chance = np.random.default_rng(0)
    held = _held_out(plays, chance)
    if len(held) < _LISTS_MIN:
        return joined([])
    apart = np.isin(plays.viewers, held)
    ask = fit(plays.only(~apart))
    liked = np.flatnonzero(apart & (plays.weights >= LIKED_FROM))
    by_viewer = liked[np.argsort(plays.viewers[liked], kind="stable")]
    _, starts = np.unique(plays.viewers[by_viewer], return_index=True)
    groups = np.split(by_viewer, starts[1:])
    return joined([_list(plays, own, ask, chance) for _ in range(_TIMES) for own in groups])


def _held_out(plays: Plays, chance: np.random.Generator) -> Items:
    counts = np.bincount(plays.viewers[plays.weights >= LIKED_FROM])
    able = np.flatnonzero(counts >= _LIKED_MIN)
    count = min(_VIEWERS_MAX, int(len(able) * _SHARE))
    return chance.permutation(able)[:count].astype(np.int32)


def _list(plays: Plays, own: Places, ask: Ask, chance: np.random.Generator) -> Lists:
    hidden: Mask = np.zeros(len(own), dtype=bool)
    hidden[chance.permutation(len(own))[: max(1, int(_HIDDEN * len(own)))]] = True
    shown = own[~hidden]
    signals = ask(Taste(plays.items[shown], plays.weights[shown], plays.watched_at_s[shown]))
    items = signals.candidates(CANDIDATES)
    return Lists(features(signals, items), np.isin(items, plays.items[own[hidden]]))
