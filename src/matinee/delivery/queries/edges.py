"""Edges and sites."""

from matinee.contracts.delivery import HOME_REGION, Edge, EdgeDraft, Site
from matinee.delivery.models import EdgeRecord, SiteRecord
from matinee.delivery.rules import steering
from matinee.kernel import problems


def edges_all() -> list[Edge]:
    """Every edge that serves, healthy first, as seen from the home region."""
    rows = EdgeRecord.objects.filter(removed=False).select_related("site")
    return steering.ranked([edge_of(row) for row in rows], HOME_REGION)


def edge_of(row: EdgeRecord) -> Edge:
    """A row as the message that others know."""
    return Edge(
        id=row.name,
        base_url=row.base_url,
        region=row.region,
        health=row.health,
        latency_ms=None if row.latency_ms is None else round(row.latency_ms, 1),
        checked_at=row.checked_at,
        role=row.role,
        site=row.site.name if row.site else "",
        capacity_bps=row.capacity_bps,
    )


def draft_of(row: EdgeRecord) -> EdgeDraft:
    """What staff has said of an edge."""
    plain = {name: getattr(row, name) for name in EdgeDraft.model_fields if hasattr(row, name)}
    return EdgeDraft.model_validate(
        plain | {"id": row.name, "site": row.site.name if row.site else ""}
    )


def sites_all() -> list[Site]:
    """Every site, by name."""
    return [
        Site(
            id=row.name,
            region=row.region,
            asn=row.asn,
            latitude=row.latitude,
            longitude=row.longitude,
        )
        for row in SiteRecord.objects.order_by("name")
    ]


def site_row(name: str) -> SiteRecord:
    """The site of this name; NotFound if there is none."""
    row = SiteRecord.objects.filter(name=name).first()
    if row is None:
        detail = f"There is no site named {name}. Add it first, or choose one that there is."
        raise problems.NotFound("unknown_site", detail)
    return row
