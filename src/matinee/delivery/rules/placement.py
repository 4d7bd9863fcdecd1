"""Which portions lie on an edge: the ones that save most bytes of the origin for their disk.

A file that is asked for n times a day saves n times its bytes and takes its bytes of disk, so that
the best set holds the most asked-for files, whatever their size. What lies there already stays
unless something is better by more than writing costs (`admission`). A wanted file is not fetched
for its own sake: it is kept when a viewer's miss brings it, which costs the origin nothing more.
Only what is sure to be asked for is brought before, in quiet hours. What is wanted no more stays
until its room is needed, so that a full disk is full of the best that there is.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matinee.delivery.rules.shape import Portions

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_DAY_H = 24.0
# So often must each file of a portion be asked for in a day to be brought before anybody asks.
_FILL_FROM_A_DAY = 4.0
# And so many times as often as the least wanted, which come and go with every run.
_FILL_FROM_LEAST = 30.0
# Below that a file is not worth its place even where there is room: once in half a year.
_WORTHLESS_A_DAY = 0.005


@dataclass(frozen=True)
class Store:
    """An edge's disk for media: `held` says of which portions something lies there.

    `price` is what a byte written must save within a day, in bytes (`admission`); `fills` says
    that something may be brought that nobody asked for.
    """

    size_bytes: int
    held: Bools
    price: float
    fills: bool


@dataclass(frozen=True)
class Placed:
    """What is to become of every portion.

    Misses of `wanted` ones are kept, those to `fill` are brought. `order` has what is wanted and
    then what lies there beside it, the best first: what is last goes first when room is needed.
    """

    wanted: Bools
    fill: Bools
    order: Ints


def placed(portions: Portions, asked_an_hour: Floats, store: Store) -> Placed:
    """The best set for a disk; `asked_an_hour` is how often each file of a portion is asked for."""
    asked_a_day = _DAY_H * asked_an_hour
    worth = asked_a_day + np.where(store.held, store.price, 0.0)
    candidates = np.flatnonzero((asked_a_day > _WORTHLESS_A_DAY) | store.held)
    order = candidates[np.argsort(-worth[candidates], kind="stable")]
    fits = np.cumsum(portions.bytes[order]) <= store.size_bytes
    wanted = np.zeros(len(worth), dtype=np.bool_)
    wanted[order[fits]] = True
    wanted &= asked_a_day > _WORTHLESS_A_DAY
    # Where all fits nothing comes and goes.
    least = 0.0 if fits.all() else worth[wanted].min(initial=np.inf)
    enough = max(_FILL_FROM_A_DAY, _FILL_FROM_LEAST * least) if store.fills else np.inf
    fill = wanted & (asked_a_day >= enough)
    return Placed(wanted, fill, order[wanted[order] | store.held[order]])
