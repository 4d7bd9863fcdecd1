"""Rows that are shown whole: what somebody asked for, and what is told by its order."""

from collections.abc import Iterator

import numpy as np

from matinee.recommendations.rules.arrays import Items, Mask
from matinee.recommendations.rules.proposals import DEPTH, Proposal
from matinee.recommendations.rules.showing import Showing

_WHOLE_MAX = 20
_CHART_MIN = 5


def coming(showing: Showing) -> Iterator[Proposal]:
    """What can be watched soon, soonest first."""
    items = [number for number in showing.opening if showing.fit_to_see[number]]
    reason = "Can be watched within the next weeks"
    kept = _items(items)[:_WHOLE_MAX]
    yield Proposal("coming", "Coming soon", reason, kept, 0.6, in_order=True, whole=True)


def leaving(showing: Showing) -> Iterator[Proposal]:
    """What cannot be watched for long any more, soonest first."""
    items = [number for number in showing.closing if showing.visible[number]]
    reason = "Leaves within the next two weeks"
    kept = _items(items)[:_WHOLE_MAX]
    yield Proposal("leaving", "Last chance", reason, kept, 0.9, in_order=True, whole=True)


def top_10(showing: Showing) -> Iterator[Proposal]:
    """What is watched most these days, whole and in its order."""
    items, is_own = showing.top
    if len(items) < min(_CHART_MIN, max(1, showing.n_visible // 2)):
        return
    where = " in your country" if is_own else " these days"
    reason = "Watched by the most people lately"
    yield Proposal("top_10", f"Top 10{where}", reason, items, 1.0, in_order=True, whole=True)


def my_list(showing: Showing) -> Iterator[Proposal]:
    """What was put aside, newest first."""
    reason = "You put these aside"
    items = showing.listed[:_WHOLE_MAX]
    yield Proposal("my_list", "My list", reason, items, 1.2, in_order=True, whole=True)


def own_titles(showing: Showing) -> Iterator[Proposal]:
    """What the account has rented or bought beside its plan, the newest titles first."""
    if showing.viewer.own:
        items = _newest_of(showing, showing.own & showing.visible)
        reason = "You rented or bought these"
        yield Proposal("own_titles", "Yours", reason, items, 1.1, in_order=True, whole=True)


def offers(showing: Showing) -> Iterator[Proposal]:
    """What the account's plan does not include, and can be rented or bought; newest first."""
    items = _newest_of(showing, showing.for_sale)
    reason = "Not in your plan; each can be had alone"
    yield Proposal("offers", "Rent or buy", reason, items, 0.8, in_order=True, whole=True)


def _newest_of(showing: Showing, mask: Mask) -> Items:
    if not mask.any():
        return _items([])
    order = showing.catalogue.newest_first
    return order[mask[order]][:_WHOLE_MAX]


def _items(numbers: list[int]) -> Items:
    return np.array(numbers[:DEPTH], dtype=np.int32)
