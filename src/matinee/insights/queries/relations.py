"""What figures are reckoned from: the lines, searches and rows of a stretch of time, in pieces."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from matinee.contracts.figures import Side
from matinee.insights import columns
from matinee.insights.models import Part
from matinee.insights.rules.facts import KINDS, LINE
from matinee.insights.rules.metrics import Source
from matinee.insights.rules.stretches import Cut

# A play's files are those of the day on which its session was made, which is at most so long
# before the first that was heard of it.
_LATE, _EARLY = timedelta(days=2), timedelta(days=1)
_WHEN: dict[Source, str] = {"line": "began_at", "search": "happened_at", "row": "happened_at"}
SIDES: dict[Side, str] = {
    "title": "title::VARCHAR",
    "territory": "coalesce(country, '')",
    "device": "coalesce(device, '')",
    "edge": "coalesce(edge, '')",
    "network": "coalesce(network, '')",
    "search": "query",
    "row": "row_kind",
}
# A number for each piece, found by when it begins.
_PIECES = """
(SELECT told.*, piece.n, piece.length_s
FROM (SELECT * FROM {relation} WHERE {when} >= $since AND {when} < $until {only}) AS told
ASOF JOIN (
    SELECT unnest($numbers) AS n, unnest($begins) AS begins_at, unnest($lengths) AS length_s
) AS piece ON told.{when} >= piece.begins_at)
"""


@dataclass(frozen=True)
class Only:
    """Which plays count; every one where nothing is said."""

    title_id: UUID | None = None
    territory: str | None = None
    device: str | None = None
    edge: str | None = None
    network: str | None = None
    keys: tuple[Side, tuple[str, ...]] | None = field(default=None)

    def sql(self) -> str:
        """The condition, to stand after others."""
        told = [("title", self.title_id), *((side, getattr(self, side)) for side in _TOLD)]
        wanted = [f"AND {SIDES[side]} = ${side}" for side, value in told if value is not None]
        if self.keys is not None:
            wanted.append(f"AND list_contains($keys, {SIDES[self.keys[0]]})")
        return " ".join(wanted)

    def values(self) -> dict[str, Any]:
        """What stands for its names."""
        found: dict[str, Any] = {side: getattr(self, side) for side in _TOLD}
        found["title"] = None if self.title_id is None else str(self.title_id)
        found["keys"] = None if self.keys is None else list(self.keys[1])
        return {name: value for name, value in found.items() if value is not None}


_TOLD: tuple[Side, ...] = ("territory", "device", "edge", "network")
EVERY = Only()


def pieces(source: Source, cut: Cut, only: Only = EVERY) -> tuple[str, dict[str, Any]]:
    """What to select from, with `n` and `length_s` of each row's piece, and its values."""
    sql = _PIECES.format(relation=relation(source, cut), when=_WHEN[source], only=only.sql())
    begins = [columns.naive(edge) for edge in cut.edges]
    lengths = [(cut.edges[n + 1] - cut.edges[n]).total_seconds() for n in range(len(begins) - 1)]
    return sql, {
        "since": begins[0],
        "until": begins[-1],
        "numbers": list(range(len(lengths))),
        "begins": begins[:-1],
        "lengths": lengths,
        **only.values(),
    }


def relation(source: Source, cut: Cut) -> str:
    """The files that hold all rows of a stretch, as something to select from."""
    kind = LINE if source == "line" else KINDS[source]
    parts = Part.objects.filter(
        kind=kind.name,
        replaced_at=None,
        day__gte=(cut.since - _LATE).date(),
        day__lte=(cut.until + _EARLY).date(),
    )
    return columns.relation(kind, list(parts.order_by("day", "id").values_list("key", flat=True)))


def everything(kind: str) -> str:
    """All files of a kind, however old."""
    parts = Part.objects.filter(kind=kind, replaced_at=None).order_by("day", "id")
    return columns.relation(KINDS[kind], list(parts.values_list("key", flat=True)))
