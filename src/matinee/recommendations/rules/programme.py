"""What the operator's programme puts on a page: which rows, and which title opens it."""

from collections.abc import Iterable, Iterator
from uuid import UUID

import numpy as np

from matinee.contracts.catalog import EditorialRow
from matinee.recommendations.rules.proposals import DEPTH, Proposal
from matinee.recommendations.rules.showing import Showing

CHOSEN = "Chosen by those who make the programme"


def editorial(showing: Showing) -> Iterator[Proposal]:
    """The operator's rows that are shown here and now, in their order."""
    for row in _shown(showing, "row"):
        yield Proposal(
            "editorial",
            row.name,
            row.reason or CHOSEN,
            np.array(_visible(showing, row.title_ids)[:DEPTH], dtype=np.int32),
            1.1,
            about=str(row.id),
            in_order=True,
            whole=True,
            place=row.place,
        )


def hero(showing: Showing) -> tuple[int, str] | None:
    """The item with which the operator opens this page, and why; None where nothing is left.

    The first that was neither finished nor is under way, so that nobody is offered for weeks what
    they have seen.
    """
    found = _opening(showing)
    return None if found is None else (found[1], found[0].reason or CHOSEN)


def opening_row(showing: Showing) -> UUID | None:
    """The operator's hero that opens this page."""
    found = _opening(showing)
    return None if found is None else found[0].id


def _opening(showing: Showing) -> tuple[EditorialRow, int] | None:
    for row in _shown(showing, "hero"):
        for number in _visible(showing, row.title_ids):
            if showing.unseen[number]:
                return row, number
    return None


def _shown(showing: Showing, shown_as: str) -> Iterator[EditorialRow]:
    for row in showing.programme:
        if row.shown_as == shown_as and why_hidden(showing, row) is None:
            yield row


def why_hidden(showing: Showing, row: EditorialRow) -> str | None:
    """Why a row is not on this page, as a sentence; None if it may be."""
    viewer = showing.viewer
    if not row.audience.includes(viewer.language, is_kids=viewer.is_kids):
        return "It is for other viewers."
    if not row.window.covers(showing.vantage):
        return "It is for other countries, plans or devices."
    if not row.is_open(showing.vantage, showing.now):
        return "It is shown at another time."
    if not _visible(showing, row.title_ids):
        return "None of its titles may be shown to this viewer now."
    return None


def _visible(showing: Showing, title_ids: Iterable[UUID]) -> list[int]:
    index = showing.catalogue.index
    numbers = dict.fromkeys(index[one] for one in title_ids if one in index)
    return [number for number in numbers if showing.visible[number]]
