"""Which rows and which titles in them a viewer does not want to see again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from matinee.recommendations.rules.catalogue import Catalogue
from matinee.recommendations.rules.taste import Dismissed, ViewerFacts

RESUMING_ROW = "continue_watching"
"""The row that a title comes back to once it is watched again."""


@dataclass(frozen=True)
class Dismissals:
    """What one viewer took out of pages; rows are named as in `contracts.viewing.RowKey`."""

    rows: frozenset[str] = frozenset()
    _of_row: Mapping[str, frozenset[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, catalogue: Catalogue, viewer: ViewerFacts) -> "Dismissals":
        """All that holds now; a title counts by its item, an episode by its series."""
        rows, found = set(), dict[str, set[int]]()
        watched_at = _watched_at(catalogue, viewer)
        for one in viewer.dismissed:
            if one.title_id is None:
                rows.add(one.row)
                continue
            number = catalogue.index.get(one.title_id)
            if number is not None and not _is_back(one, watched_at.get(number)):
                found.setdefault(one.row, set()).add(number)
        return cls(frozenset(rows), {row: frozenset(items) for row, items in found.items()})

    def items(self, row_id: str) -> frozenset[int]:
        """The items that must not stand in a row, by its id or by its kind."""
        kind = row_id.partition(":")[0]
        return self._of_row.get(row_id, frozenset()) | self._of_row.get(kind, frozenset())

    def hides(self, row_id: str) -> bool:
        """Whether a row must not be shown, by its id or by its kind."""
        return row_id in self.rows or row_id.partition(":")[0] in self.rows


def _watched_at(catalogue: Catalogue, viewer: ViewerFacts) -> dict[int, datetime]:
    """When each item was watched last."""
    found: dict[int, datetime] = {}
    for play in viewer.plays:
        number = catalogue.index.get(play.title_id)
        if number is not None:
            found[number] = max(found.get(number, play.watched_at), play.watched_at)
    return found


def _is_back(one: Dismissed, watched_at: datetime | None) -> bool:
    return one.row == RESUMING_ROW and watched_at is not None and watched_at > one.at
