"""Whose demand it is that an edge served: its log does not say where viewers are.

An edge's load in a class is divided among regions by what they were thought to ask for and by
the share of it that was sent there: a step of the EM algorithm for traffic matrices (Vardi,
"Network tomography", JASA 91, 1996). Without it, viewers sent away from their region's full edge
would count as another region's, and their own would seem to have room again.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping

from matinee.contracts.delivery import HOME_REGION

# Every region keeps a little of the weight, so that none is never thought of again.
_LEAST_PART = 0.02

ByEdge = Mapping[tuple[str, str], float]
# By region, of each title class the share of viewers that is sent to each edge.
Sent = Mapping[str, Mapping[str, Mapping[str, float]]]


def sent_of(orders: Mapping[str, Mapping[str, list[list[str]]]]) -> Sent:
    """What orders by region, title class and lane come to."""
    return {
        region: {
            title_class: {
                edge: count / len(lanes)
                for edge, count in Counter(lane[0] for lane in lanes if lane).items()
            }
            for title_class, lanes in classes.items()
        }
        for region, classes in orders.items()
    }


def attributed(
    served: ByEdge, rates: ByEdge, sent: Sent, homes: Mapping[str, str]
) -> dict[tuple[str, str], float]:
    """Bytes by region and class, of `served` by edge and class.

    `rates` are by region and class as they were thought to be; `homes` has each edge's own
    region, which gets what no region was sent to it.
    """
    found: defaultdict[tuple[str, str], float] = defaultdict(float)
    for (edge, title_class), amount in served.items():
        least = _LEAST_PART * sum(rates.get((region, title_class), 0.0) for region in sent)
        weights = {
            region: (rates.get((region, title_class), 0.0) + least)
            * classes.get(title_class, {}).get(edge, 0.0)
            for region, classes in sent.items()
        }
        whole = sum(weights.values())
        if whole <= 0:
            found[homes.get(edge, HOME_REGION), title_class] += amount
            continue
        for region, weight in weights.items():
            if weight > 0:
                found[region, title_class] += amount * weight / whole
    return dict(found)
