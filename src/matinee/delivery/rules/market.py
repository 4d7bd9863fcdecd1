"""What there is to plan: who wants how much, over which pathways, and what each would cost.

Costs are in milliseconds of waiting, the unit of what they are weighed against: a nearer edge.
A *cell* is a region and a title class.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# An edge may fill up to here before anybody is sent elsewhere.
HEADROOM = 0.85
# Bands of an edge's capacity, and what its use adds to the cost of who is served from it. Convex
# and piecewise linear, so that a linear programme spreads what is too much over all edges
# instead of piling it on one (Fortz and Thorup, "Internet traffic engineering by optimizing
# OSPF weights", INFOCOM 2000, section III). Up to 1 it is headroom, above it is overload. The last
# of it is for what is asked for until a plan is obeyed, up to a minute after it was counted: with
# 0.98 in place of 0.975 that was now and then a little more than there was left, and with 0.97 the
# 95th percentile of the round trip was three parts in a hundred longer.
BANDS = ((HEADROOM, 0.0), (0.94, 4.0), (0.975, 20.0), (1.0, 120.0))
OVERLOAD_BANDS = ((1.03, 1000.0), (1.08, 1400.0), (1.2, 2000.0), (np.inf, 4000.0))
# What a byte from the origin costs beside a byte that lies on the edge.
MISS_MS = 100.0


@dataclass(frozen=True, eq=False)
class Market:
    """Demand and offer of R regions, C title classes and P pathways.

    `demand_bps` has the shape (R, C). `cost_ms` (R, C, P), infinite where a pathway may not serve.
    `width_bps` and `price_ms` (P, T) say band by band how much a pathway takes, and what
    each bit adds there; prices grow from band to band. `limit_bps` (P) is where overload begins.
    """

    demand_bps: Array
    cost_ms: Array
    width_bps: Array
    price_ms: Array
    limit_bps: Array

    @property
    def serves(self) -> NDArray[np.bool_]:
        """Which pathways may serve anybody."""
        return np.atleast_1d(np.isfinite(self.cost_ms).any(axis=(0, 1)))


def edge_bands(capacity_bps: Array) -> tuple[Array, Array]:
    """Widths and prices of edges of these capacities."""
    bands = np.array(BANDS + OVERLOAD_BANDS)
    bounds = np.concatenate([[0.0], bands[:, 0]])
    width_bps = np.diff(bounds)[None, :] * np.maximum(capacity_bps, 1.0)[:, None]
    return width_bps, np.broadcast_to(bands[:, 1], width_bps.shape).copy()


def commercial_bands(commitment_bps: float, capacity_bps: float, price_ms: float) -> Array:
    """Widths and prices (2, T) of a network that is paid by the byte beyond its commitment.

    What is committed to is paid for anyway, so that it costs nothing more.
    """
    bands = np.array(BANDS + OVERLOAD_BANDS)
    commitment_bps = min(commitment_bps, capacity_bps)
    widths = [commitment_bps, capacity_bps - commitment_bps]
    over = np.diff(np.concatenate([[1.0], bands[len(BANDS) :, 0]])) * max(capacity_bps, 1.0)
    filler = len(bands) - 2 - len(over)
    return np.array(
        [
            [*widths, *[0.0] * filler, *over],
            [0.0, price_ms, *[price_ms] * filler, *(price_ms + bands[len(BANDS) :, 1])],
        ]
    )


def loads_bps(market: Market, shares: Array) -> Array:
    """What each pathway would serve, by the shares (R, C, P) of a plan."""
    load_bps: Array = np.einsum("rc,rcp->p", market.demand_bps, shares)
    return load_bps


def marginal_ms(market: Market, load_bps: Array) -> Array:
    """What the next bit adds on each pathway that is loaded so far."""
    ends = np.cumsum(market.width_bps, axis=1)
    band = np.minimum((ends <= load_bps[:, None]).sum(axis=1), ends.shape[1] - 1)
    return np.take_along_axis(market.price_ms, band[:, None], axis=1)[:, 0]
