"""Which of the rows that could be make the page, in which order, and what stands in each.

Greedy, from the top down (Alvino and Basilico 2015, "Learning a personalized homepage"): each time
the row that is worth most after what stands above it. A row's worth is what its first titles that
are not on the page yet are worth to the profile, discounted by their place; less for the next row
of a kind that was just shown; more where it brings the page's mix of genres nearer to the
profile's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Items, Mask, Scores, Weights
from matinee.recommendations.rules.diversity import Mix, unlike
from matinee.recommendations.rules.labels import Shares
from matinee.recommendations.rules.proposals import DEPTH, Proposal
from matinee.recommendations.rules.shelves import Format
from matinee.recommendations.rules.tuning import USUAL, Tuning

# Cards that are in view before anybody scrolls sideways, and what each place is worth.
_LOOKED_AT = 10
_DISCOUNTS: Weights = np.zeros(_LOOKED_AT + 2, dtype=np.float32)
_DISCOUNTS[1:-1] = 1 / np.log2(np.arange(2, _LOOKED_AT + 2))
_DISCOUNTS /= _DISCOUNTS.sum()
# What a row is worth next to one of the same kind above it, and for every such one on the page.
_NEXT_TO_ITS_KIND, _AGAIN = 0.75, 0.93
# What somebody asked for is worth at least so much, where the best row may be worth one.
_WHOLE_FLOOR = np.float32(0.3)
# Rows that say something with a single title, too.
_SHORT_KINDS = ("editorial", "coming", "leaving")


@dataclass(frozen=True)
class Ground:
    """What rows are chosen on: worth and genres of every item, the mix that the profile wants.

    Of the tuning count `mix_share`, next to the worth of titles, of which the best has one, and
    `variety`.
    """

    gains: Scores
    shares: Shares
    mix: Mix
    traits: npt.NDArray[np.float32]
    tuning: Tuning = USUAL


def composed(
    proposals: Sequence[Proposal], ground: Ground, opening: Items, form: Format, above: int
) -> list[tuple[Proposal, Items]]:
    """The page's rows from the top down with their items.

    `opening` stands on it already, in `above` rows that come before these.
    """
    if not proposals:
        return []
    table = _Table(proposals, ground, opening, form)
    chosen: list[tuple[int, Items]] = []
    while above + len(chosen) < form.rows_max:
        row = table.next_row(above + len(chosen) + 1)
        if row is None:
            break
        chosen.append((row, table.take(row)))
    return _varied([(proposals[row], items) for row, items in chosen], ground, form)


class _Table:
    """All proposals side by side: items (rows, DEPTH), filled up with a number that no item has."""

    def __init__(
        self, proposals: Sequence[Proposal], ground: Ground, opening: Items, form: Format
    ) -> None:
        self._proposals, self._ground, self._form = proposals, ground, form
        n_items = len(ground.gains)
        self._items = np.full((len(proposals), DEPTH), n_items, dtype=np.int32)
        for row, one in enumerate(proposals):
            self._items[row, : len(one.items)] = one.items[:DEPTH]
        self._shown: Mask = np.zeros(n_items + 1, dtype=bool)
        self._shown[n_items] = True
        self._shown[opening] = True
        self._whole = np.array([one.whole for one in proposals], dtype=bool)
        self._shown[self._items[self._whole]] = True
        self._gains = np.append(ground.gains, np.float32(0))[self._items]
        self._floors = np.where(self._whole, _WHOLE_FLOOR, np.float32(0))
        self._weights = np.array([one.weight for one in proposals], dtype=np.float32)
        self._free: Mask = np.array([one.place is None for one in proposals], dtype=bool)
        self._left = np.ones(len(proposals), dtype=bool)
        kinds = [one.kind for one in proposals]
        self._kinds = np.array([kinds.index(kind) for kind in kinds])
        few = self._whole | np.array([kind in _SHORT_KINDS for kind in kinds])
        self._minimum = np.where(few, 1, form.cards_min)
        self._last = -1
        self._mixes = self._mixes_of(self._items[:, :_LOOKED_AT])
        self._mix = np.zeros(self._mixes.shape[1], dtype=np.float32)
        self._n_taken = 0
        self._worth: Weights = np.zeros(len(proposals), dtype=np.float32)
        self._fresh_counts = np.zeros(len(proposals), dtype=np.int64)
        self._look(np.arange(len(proposals)))

    def _mixes_of(self, first: npt.NDArray[np.int32]) -> Shares:
        """The mean shares of the first items of each row, shape (rows, n_wanted_labels)."""
        ground, known = self._ground, first < len(self._ground.gains)
        shares = ground.mix.known(ground.shares[np.where(known, first, 0)]) * known[:, :, None]
        mixes: Shares = shares.sum(axis=1) / np.maximum(known.sum(axis=1), 1)[:, None]
        return mixes

    def next_row(self, place: int) -> int | None:
        """The row that is worth most now; those that have a place of their own come there."""
        able = self._left & (self._fresh_counts >= self._minimum)
        due = [
            row
            for row in np.flatnonzero(able & ~self._free).tolist()
            if (self._proposals[row].place or 0) <= place
        ]
        if due:
            return int(due[0])
        able &= self._free
        if not able.any():
            return None
        worth = np.maximum(self._worth * self._weights, self._floors)
        worth[self._kinds == self._last] *= _NEXT_TO_ITS_KIND
        mixes = (self._mix + self._mixes) / np.float32(self._n_taken + 1)
        worth -= np.float32(self._ground.tuning.mix_share) * self._ground.mix.apart(mixes)
        worth[~able] = -np.inf
        return int(np.argmax(worth))

    def take(self, row: int) -> Items:
        """The items of a row that stand nowhere yet, some to spare; they are shown from now on."""
        one, own = self._proposals[row], self._items[row]
        fresh = own < len(self._ground.gains) if one.whole else ~self._shown[own]
        room = self._form.cards_max + (0 if one.in_order else self._form.spare)
        taken: Items = own[fresh][:room]
        self._left[row] = False
        self._last = int(self._kinds[row])
        self._weights[self._kinds == self._last] *= _AGAIN
        self._mix = self._mix + self._mixes[row]
        self._n_taken += 1
        if not one.whole:  # whose titles stood nowhere else from the first
            shown_now = np.zeros_like(self._shown)
            shown_now[taken] = True
            self._shown[taken] = True
            touched = self._left & shown_now[self._items].any(axis=1)
            self._look(np.flatnonzero(touched))
        return taken

    def _look(self, rows: npt.NDArray[np.intp]) -> None:
        """Work out anew what some rows would show, and what that is worth."""
        items = self._items[rows]
        fresh = ~self._shown[items]
        whole = self._whole[rows]
        fresh[whole] = items[whole] < len(self._ground.gains)
        rank = np.cumsum(fresh, axis=1)
        discounts = _DISCOUNTS[np.minimum(rank, _LOOKED_AT + 1)] * fresh
        self._worth[rows] = (self._gains[rows] * discounts).sum(axis=1)
        self._fresh_counts[rows] = rank[:, -1]


def _varied(
    rows: list[tuple[Proposal, Items]], ground: Ground, form: Format
) -> list[tuple[Proposal, Items]]:
    """The same rows, those without an order of their own so that neighbours are not all alike."""
    free = [place for place, (one, _) in enumerate(rows) if not one.in_order]
    if not free:
        return rows
    width = form.cards_max + form.spare
    items = np.zeros((len(free), width), dtype=np.int32)
    gains = np.full((len(free), width), -np.inf, dtype=np.float32)
    for at, place in enumerate(free):
        own = rows[place][1]
        items[at, : len(own)] = own
        worth = ground.gains[own]
        gains[at, : len(own)] = worth / max(float(worth.max(initial=0.0)), 1e-9)
    order = unlike(gains, ground.traits[items], form.cards_max, ground.tuning.variety)
    varied = list(rows)
    for at, place in enumerate(free):
        varied[place] = (rows[place][0], items[at, order[at][order[at] >= 0]])
    return varied
