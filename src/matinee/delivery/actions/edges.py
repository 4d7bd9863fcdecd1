"""Edges and sites as staff and settings say, and what checks found out about edges."""

import logging
from collections.abc import Mapping
from typing import Any, cast

from matinee.contracts.delivery import Edge, EdgeDraft, EdgeHealth, Site
from matinee.contracts.events import EdgeChanged, EdgeRemoved
from matinee.delivery import queries, settings
from matinee.delivery.actions.steering import steering_publish
from matinee.delivery.models import EdgeRecord, SiteRecord
from matinee.delivery.rules.health import Condition, judged, worth_telling
from matinee.kernel import clock, problems
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce

log = logging.getLogger(__name__)

# A round of checks and a plan for so many still fit between one round and the next.
EDGES_MAX = 1000
_UNCHECKED: dict[str, Any] = {
    "health": "unknown",
    "failures": 0,
    "successes": 0,
    "latency_ms": None,
    "told_latency_ms": None,
    "checked_at": None,
}


def edges_register() -> int:
    """Add the edges that the settings name and that were never known; how many there were.

    An edge that staff removed does not come back by this.
    """
    with transaction_of("delivery"):
        drafts = {draft.id: draft for draft in settings.get().edges}
        known = EdgeRecord.objects.filter(name__in=drafts).values_list("name", flat=True)
        fresh = [drafts[name] for name in sorted(drafts.keys() - set(known))]
        for draft in fresh:
            row, is_new = EdgeRecord.objects.get_or_create(
                name=draft.id, defaults=_values(draft) | _UNCHECKED
            )
            if is_new:
                announce("delivery", EdgeChanged(edge=queries.edge_of(row)))
    return len(fresh)


def edge_put(draft: EdgeDraft) -> Edge:
    """Add an edge or replace what is known of it; at a new address its health is unknown.

    Conflict if there are too many edges already, NotFound if there is no such site.
    """
    with transaction_of("delivery"):
        edge = queries.edge_of(edge_store(draft))
    steering_publish()
    return edge


def edge_store(draft: EdgeDraft) -> EdgeRecord:
    """What `edge_put` does within a transaction."""
    others = EdgeRecord.objects.filter(removed=False).exclude(name=draft.id)
    if others.count() >= EDGES_MAX:
        raise problems.Conflict(
            "too_many_edges", f"There are {EDGES_MAX} edges already. Remove one first."
        )
    values = _values(draft) | {"removed": False}
    before = EdgeRecord.objects.filter(name=draft.id, removed=False).first()
    if before is None or before.base_url != draft.base_url:
        values |= _UNCHECKED
    row, _ = EdgeRecord.objects.update_or_create(name=draft.id, defaults=values)
    announce("delivery", EdgeChanged(edge=queries.edge_of(row)))
    return row


def edge_remove(name: str) -> None:
    """Let an edge serve no more; NotFound if there is none of this name."""
    with transaction_of("delivery"):
        if not EdgeRecord.objects.filter(name=name, removed=False).update(removed=True):
            raise problems.NotFound("unknown_edge", f"There is no edge named {name}.")
        announce("delivery", EdgeRemoved(edge_id=name))
    steering_publish()


def site_put(site: Site) -> Site:
    """Add a site or replace what is known of it; its edges move to its region."""
    with transaction_of("delivery"):
        row, _ = SiteRecord.objects.update_or_create(
            name=site.id, defaults=site.model_dump(exclude={"id"})
        )
        for edge in row.edgerecord_set.filter(removed=False).exclude(region=site.region):
            edge.region = site.region
            edge.save(update_fields=["region"])
            announce("delivery", EdgeChanged(edge=queries.edge_of(edge)))
    steering_publish()
    return site


def site_remove(name: str) -> None:
    """Forget a site without edges; NotFound, or Conflict where edges stand in it."""
    with transaction_of("delivery"):
        row = queries.site_row(name)
        if row.edgerecord_set.filter(removed=False).exists():
            detail = f"Edges stand in the site {name}. Move them to another one, or remove them."
            raise problems.Conflict("site_in_use", detail)
        row.delete()


def checks_record(checked: Mapping[str, tuple[str, float | None]]) -> int:
    """Take the outcome of a round of checks; how many edges are worth telling of.

    `checked` has the address that was asked and the time of its answer by edge.
    An edge that was moved or removed in the meantime is left out.
    """
    told = 0
    with transaction_of("delivery"):
        rows = EdgeRecord.objects.select_for_update(of=("self",)).select_related("site")
        for row in rows.filter(removed=False, name__in=checked).order_by("name"):
            asked_at, answer_ms = checked[row.name]
            if row.base_url == asked_at:
                told += check_record(row, answer_ms)
    return told


def check_record(row: EdgeRecord, answer_ms: float | None) -> bool:
    """Take the outcome of one check of a locked row; whether it was worth telling of."""
    before = Condition(
        cast("EdgeHealth", row.health),
        row.failures,
        row.successes,
        row.latency_ms,
        row.told_latency_ms,
    )
    after = judged(before, answer_ms)
    is_news = worth_telling(before, after)
    row.health, row.latency_ms = after.health, after.latency_ms
    row.failures, row.successes = after.failures, after.successes
    row.checked_at = clock.now()
    if is_news:
        row.told_latency_ms = row.latency_ms
    row.save()
    if is_news:
        if before.health != after.health:
            log.info("edge %s is %s", row.name, row.health)
        announce("delivery", EdgeChanged(edge=queries.edge_of(row)))
    return is_news


def _values(draft: EdgeDraft) -> dict[str, Any]:
    """The columns of a draft; an edge of a site is of its region."""
    values = draft.model_dump(exclude={"id", "site"})
    site = queries.site_row(draft.site) if draft.site else None
    return values | {"site": site, "region": site.region if site else draft.region}
