"""Reads of `delivery`."""

from matinee.contracts.delivery import Edge
from matinee.delivery.models import EdgeRecord
from matinee.delivery.rules import steering


def edges_all() -> list[Edge]:
    """Every edge that serves, healthy first, as seen from the home region."""
    rows = EdgeRecord.objects.filter(removed=False)
    return steering.ranked([edge_of(row) for row in rows], steering.HOME_REGION)


def edge_of(row: EdgeRecord) -> Edge:
    """A row as the message that others know."""
    return Edge(
        id=row.name,
        base_url=row.base_url,
        region=row.region,
        health=row.health,
        latency_ms=None if row.latency_ms is None else round(row.latency_ms, 1),
        checked_at=row.checked_at,
    )
