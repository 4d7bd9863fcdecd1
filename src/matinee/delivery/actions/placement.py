"""What is to lie where."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import F

from matinee.delivery import bell
from matinee.delivery.models import AgentRecord, PlacementRecord
from matinee.kernel.databases import transaction_of

_BATCH = 2_000
_COLUMNS = ("package", "folder", "fill", "admit", "remove")


class Placed(NamedTuple):
    """A folder of a package on an edge: sets of ranges, a bit each; first placed, first filled."""

    package: str
    folder: str
    fill: int
    admit: int
    remove: int


def placement_put(edge_id: UUID, placed: Sequence[Placed]) -> bool:
    """Replace what is to lie on an edge; whether that is something else than before.

    Several edges at once: call `bell.ring` after the last one, as `placements_put` does.
    """
    with transaction_of("delivery"):
        before = _before(edge_id)
        if before == list(placed):
            return False
        PlacementRecord.objects.filter(edge_id=edge_id).delete()
        PlacementRecord.objects.bulk_create(
            (
                PlacementRecord(edge_id=edge_id, rank=rank, **dict(zip(_COLUMNS, one, strict=True)))
                for rank, one in enumerate(placed)
            ),
            batch_size=_BATCH,
        )
        AgentRecord.objects.filter(edge_id=edge_id).update(
            placement_revision=F("placement_revision") + 1
        )
    return True


def placements_put(by_edge: dict[UUID, Sequence[Placed]]) -> int:
    """Replace what is to lie on several edges, each in its own transaction; how many changed."""
    changed = sum(placement_put(edge_id, placed) for edge_id, placed in by_edge.items())
    if changed:
        bell.ring()
    return changed


def _before(edge_id: UUID) -> list[Placed]:
    rows = PlacementRecord.objects.filter(edge_id=edge_id).order_by("rank")
    return [Placed(*row) for row in rows.values_list(*_COLUMNS)]
