"""Why what viewers are sent to fetch does not lie where they are sent.

After Netflix's Open Connect: a miss is one of *content* where no pathway that is near
enough has it, of *health* where one has it and is out or full, and *other* where one had room.
"""

from typing import TypedDict

import numpy as np

from matinee.delivery.rules.market import Array, Market, loads_bps

# Having less of a class than this is not having it.
_HAS = 0.5
# Beyond this use a pathway is full.
_FULL = 0.98


class Misses(TypedDict):
    """Bits per second that come from the origin, by reason."""

    content: float
    health: float
    other: float


def missed_bps(market: Market, shares: Array, held: Array, near: Array) -> Misses:
    """Misses of a plan; `held` is (C, P), `near` (R, P) is 1 where a pathway is near enough."""
    missed = np.einsum("rc,rcp->rc", market.demand_bps, shares * (1.0 - held)[None, :, :])
    has = (held >= _HAS)[None, :, :] & (near > 0)[:, None, :]
    serves = np.isfinite(market.cost_ms)
    has_room = loads_bps(market, shares) < _FULL * market.limit_bps
    is_there = has.any(axis=2)
    could = (has & serves & has_room[None, None, :]).any(axis=2)
    return Misses(
        content=float(missed[~is_there].sum()),
        health=float(missed[is_there & ~could].sum()),
        other=float(missed[is_there & could].sum()),
    )
