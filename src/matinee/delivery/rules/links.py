"""How fast a region's viewers get media over each pathway, by what their players measured.

Players say so when they ask for steering (RFC 8216bis, section 7.1: `_HLS_pathway`,
`_HLS_throughput`; ETSI TS 103 998: the same for DASH). Their own connections differ by far more
than pathways do, so medians of one region's viewers are compared with each other, never with a
fixed speed.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import NamedTuple

# More than this nobody needs for any rendition; faster pathways are no better.
_ENOUGH_BPS = 16e6
_LEAST_BPS = 1e4
_MEMORY_S = 120.0
# So much must have been told of a pathway before it is compared.
_WEIGHT_MIN = 3.0
_WEIGHT_MAX = 200.0
# What a pathway at half the speed of the region's best costs; never more than a few misses.
_HALF_MS, _MOST_MS = 80.0, 240.0
# In steps, so that noise moves nobody.
_STEP_MS = 20.0


class Told(NamedTuple):
    """A player of a region measured a pathway."""

    region: str
    pathway: str
    bps: float


class Link(NamedTuple):
    """What is known of a pathway: the mean of log2 of medians, and how much that weighs now."""

    log_bps: float
    weight: float


Links = Mapping[str, Link]


def learnt(
    before: Mapping[str, Links], told: Iterable[Told], elapsed_s: float | None
) -> dict[str, dict[str, Link]]:
    """What is known by region and pathway after some more was told; the old fades."""
    kept = math.exp(-(elapsed_s or 0.0) / _MEMORY_S)
    after = {
        region: {name: Link(link.log_bps, link.weight * kept) for name, link in links.items()}
        for region, links in before.items()
    }
    samples: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for one in told:
        samples[one.region, one.pathway].append(_log(one.bps))
    for (region, pathway), found in samples.items():
        links = after.setdefault(region, {})
        links[pathway] = _added(links.get(pathway, Link(0.0, 0.0)), found)
    return {
        region: {name: link for name, link in links.items() if link.weight > _WEIGHT_MIN / 10}
        for region, links in after.items()
    }


def slower_ms(links: Links) -> dict[str, float]:
    """What each pathway of a region costs for being slower than the region's best."""
    known = {name: link.log_bps for name, link in links.items() if link.weight >= _WEIGHT_MIN}
    best = max(known.values(), default=0.0)
    return {name: _cost_ms(best - log_bps) for name, log_bps in known.items()}


def _cost_ms(behind: float) -> float:
    """`behind` in octaves of speed."""
    return min(_MOST_MS, _HALF_MS * behind) // _STEP_MS * _STEP_MS


def _added(link: Link, found: Sequence[float]) -> Link:
    # The median: a few who have bad connections, or lie, move nobody.
    weight = link.weight + len(found)
    mean = (link.log_bps * link.weight + median(found) * len(found)) / weight
    return Link(mean, min(weight, _WEIGHT_MAX))


def _log(bps: float) -> float:
    return math.log2(min(max(bps, _LEAST_BPS), _ENOUGH_BPS))
