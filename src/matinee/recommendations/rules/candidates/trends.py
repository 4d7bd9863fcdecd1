"""How the audience of each title moves: its plays of the last day, days, weeks and months.

Of the titles that everybody watches now, most will be watched by few in a month; which ones, the
slope between a short and a long memory tells better than either (see `ranking.moments`).
"""

from typing import Self

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Items, Scores, Times
from matinee.recommendations.rules.candidates.interface import Plays, State, moved
from matinee.recommendations.rules.candidates.popularity import DAY_S
from matinee.recommendations.rules.catalogue import Catalogue

HALF_LIVES_S = (DAY_S, 3 * DAY_S, 7 * DAY_S, 14 * DAY_S, 30 * DAY_S, 90 * DAY_S)
# From here on a play says that the title was liked rather than tried.
LIKED_FROM = 0.5
# A title that nobody ever watched is as old and as long unseen as this.
_NEVER_S = 3650 * DAY_S
_OVER_ITEMS = ("counts", "watched", "liking", "place", "age_s", "unseen_s")
# A title that few watched stands where titles stand on average, as if by so many more viewers.
_PRIOR = 3.0

Counts = npt.NDArray[np.float32]
"""One number for each item and half-life, shape (n_items, len(HALF_LIVES_S))."""


class Trends:
    """Decayed numbers of viewers who liked each item; 52 bytes an item.

    All as of `now_s`, the moment of the fit. `age_s` and `unseen_s` say how long ago somebody
    watched it first and last, `liking` is the mean weight of its plays, `place` how many titles its
    viewers had watched before it, as the mean logarithm; shape (n_items,) each.
    """

    def __init__(self) -> None:
        self._take(_of_nobody(0))

    def fit(self, catalogue: Catalogue, plays: Plays) -> Self:
        """Learn; gives itself."""
        n_items = len(catalogue)
        liked = plays.only(plays.weights >= LIKED_FROM)
        columns = [
            np.bincount(liked.items, weights=liked.decay(half_life_s), minlength=n_items)
            for half_life_s in HALF_LIVES_S
        ]
        age_s, unseen_s = np.zeros(n_items), np.full(n_items, _NEVER_S)
        np.maximum.at(age_s, plays.items, plays.age_s())
        np.minimum.at(unseen_s, plays.items, plays.age_s())
        watched = np.bincount(plays.items, minlength=n_items)
        worth = np.bincount(plays.items, weights=plays.weights, minlength=n_items)
        age_s[watched == 0] = _NEVER_S
        self._take(
            {
                "counts": np.stack(columns, axis=1).astype(np.float32),
                "watched": watched.astype(np.float32),
                "liking": (worth / np.maximum(watched, 1)).astype(np.float32),
                "place": _typical_place(plays, watched),
                "age_s": age_s,
                "unseen_s": unseen_s,
                "now_s": np.array([plays.now_s]),
            }
        )
        return self

    def lately(self, half_life_s: float) -> Scores:
        """Viewers who liked each item, halved every so often; one of `HALF_LIVES_S`."""
        return self.counts[:, HALF_LIVES_S.index(half_life_s)]

    def state(self) -> State:
        """See `Stored`."""
        return {
            "counts": self.counts,
            "watched": self.watched,
            "liking": self.liking,
            "place": self.place,
            "age_s": self.age_s,
            "unseen_s": self.unseen_s,
            "now_s": np.array([self.now_s]),
        }

    def restore(self, state: State, rows: Items) -> Self:
        """See `Stored`."""
        gone = rows < 0
        new = {name: moved(state[name], rows) for name in _OVER_ITEMS}
        new["age_s"][gone] = new["unseen_s"][gone] = _NEVER_S
        self._take({**new, "now_s": state["now_s"]})
        return self

    def _take(self, state: State) -> None:
        self.counts: Counts = state["counts"]
        self.watched: Scores = state["watched"]
        self.liking: Scores = state["liking"]
        self.place: Scores = state["place"]
        self.age_s: Times = state["age_s"]
        self.unseen_s: Times = state["unseen_s"]
        self.now_s = float(state["now_s"][0])


def _typical_place(plays: Plays, watched: npt.NDArray[np.int64]) -> Scores:
    """Whether a title is one of the first that somebody watches, or of the later ones."""
    order = np.lexsort((plays.watched_at_s, plays.viewers))
    viewers = plays.viewers[order]
    before = np.arange(len(order)) - np.searchsorted(viewers, viewers, side="left")
    places = np.log1p(before)
    usual = float(places.mean()) if len(places) else 0.0
    total = np.bincount(plays.items[order], weights=places, minlength=len(watched))
    typical: Scores = ((total + _PRIOR * usual) / (watched + _PRIOR)).astype(np.float32)
    return typical


def _of_nobody(n_items: int) -> State:
    return {
        "counts": np.zeros((n_items, len(HALF_LIVES_S)), dtype=np.float32),
        "watched": np.zeros(n_items, dtype=np.float32),
        "liking": np.zeros(n_items, dtype=np.float32),
        "place": np.zeros(n_items, dtype=np.float32),
        "age_s": np.full(n_items, _NEVER_S),
        "unseen_s": np.full(n_items, _NEVER_S),
        "now_s": np.zeros(1),
    }
