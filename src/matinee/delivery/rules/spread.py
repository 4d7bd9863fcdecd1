"""Which edges of a site hold a title: few, so that their disks together hold many titles.

Consistent hashing with bounded loads (Mirrokni, Thorup and Zadimoghaddam 2018): each title has an
order of the site's edges of its own, the highest random weight first (Thaler and Ravishankar 1998),
and takes the first that are not full. Edges that hold it already come first, so that titles stay.
A title that takes much of the site's traffic lies on several. Whole titles are spread, not files:
whoever is sent to an edge finds every rendition there.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# How much more than its part an edge may get: less moves more titles, more burdens some edges.
_OVER = 1.15
# A title that takes more than this part of what is an edge's lies on another one, too.
_ALONE_UP_TO = 0.25


@dataclass(frozen=True)
class Site:
    """The edges of a place: their names, what part of the traffic each can take, what they hold.

    `weight` sums to one; `holds` has the shape (edges, titles).
    """

    names: Sequence[str]
    weight: Floats
    holds: Bools


def copies(load: Floats, n_edges: int) -> Ints:
    """On how many edges each title lies; `load` is its part of the site's traffic."""
    wished = np.ceil(load * n_edges / _ALONE_UP_TO)
    found: Ints = np.clip(wished, 1, n_edges).astype(np.int64)
    return found


def spread(site: Site, titles: Sequence[str], load: Floats) -> Floats:
    """The part of each title's traffic that each edge gets, shape (edges, titles).

    Every title with a load lies somewhere; the busiest choose first.
    """
    n_edges = len(site.names)
    parts = np.zeros((n_edges, len(titles)))
    if n_edges == 1:
        parts[:] = 1.0
        return parts
    taken = np.zeros(n_edges)
    wished = copies(load, n_edges)
    for title in np.argsort(-load, kind="stable"):
        count = int(wished[title])
        each = load[title] / count
        full = taken + each > _OVER * site.weight
        chance = np.array([_weight(name, titles[title]) for name in site.names])
        # Last key first: not full, then held, then the order of its own.
        chosen = np.lexsort((-chance, ~site.holds[:, title], full))[:count]
        taken[chosen] += each
        parts[chosen, title] = 1 / count
    return parts


def _weight(edge: str, title: str) -> int:
    digest = hashlib.blake2b(f"{edge}/{title}".encode(), digest_size=7).digest()
    return int.from_bytes(digest)


def site_parts(served: Sequence[float]) -> list[float]:
    """The part of a region's traffic that each site gets, from what each served lately.

    One that served hardly anything is new: until it shows what it gets it is taken for a site that
    gets half as much as the others on the mean.
    """
    least = 0.5 / max(len(served), 1)
    total = sum(served)
    return [max(least, one / total) if total > 0 else 1 / len(served) for one in served]
