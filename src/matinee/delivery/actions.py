"""Writes of `delivery`, one transaction each."""

import logging
from collections.abc import Mapping
from typing import cast

from matinee.contracts.delivery import Edge, EdgeDraft, EdgeHealth
from matinee.contracts.events import EdgeChanged, EdgeRemoved
from matinee.delivery import queries, settings, steering_files
from matinee.delivery.models import EdgeRecord
from matinee.delivery.rules import steering
from matinee.delivery.rules.health import Condition, judged, worth_telling
from matinee.kernel import clock, problems
from matinee.kernel import settings as shared_settings
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce

log = logging.getLogger(__name__)

# Steering manifests and health checks are meant for tens of edges.
EDGES_MAX = 200


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
                name=draft.id,
                defaults={"base_url": draft.base_url, "region": draft.region, "health": "unknown"},
            )
            if is_new:
                announce("delivery", EdgeChanged(edge=queries.edge_of(row)))
    return len(fresh)


def edge_put(draft: EdgeDraft) -> Edge:
    """Add an edge or replace what is known of it; its health is unknown until it was checked.

    Conflict if there are too many edges already.
    """
    with transaction_of("delivery"):
        values = {
            "base_url": draft.base_url,
            "region": draft.region,
            "removed": False,
            "health": "unknown",
            "failures": 0,
            "successes": 0,
            "latency_ms": None,
            "told_latency_ms": None,
            "checked_at": None,
        }
        others = EdgeRecord.objects.filter(removed=False).exclude(name=draft.id)
        if others.count() >= EDGES_MAX:
            raise problems.Conflict(
                "too_many_edges", f"There are {EDGES_MAX} edges already. Remove one first."
            )
        row, _ = EdgeRecord.objects.update_or_create(name=draft.id, defaults=values)
        edge = queries.edge_of(row)
        announce("delivery", EdgeChanged(edge=edge))
    steering_publish()
    return edge


def edge_remove(name: str) -> None:
    """Let an edge serve no more; NotFound if there is none of this name."""
    with transaction_of("delivery"):
        if not EdgeRecord.objects.filter(name=name, removed=False).update(removed=True):
            raise problems.NotFound("unknown_edge", f"There is no edge named {name}.")
        announce("delivery", EdgeRemoved(edge_id=name))
    steering_publish()


def checks_record(checked: Mapping[str, tuple[str, float | None]]) -> int:
    """Take the outcome of a round of checks; how many edges are worth telling of.

    `checked` has the address that was asked and the time of its answer by edge.
    An edge that was moved or removed in the meantime is left out.
    """
    told = 0
    with transaction_of("delivery"):
        rows = EdgeRecord.objects.select_for_update().filter(removed=False, name__in=checked)
        for row in rows.order_by("name"):
            asked_at, answer_ms = checked[row.name]
            if row.base_url == asked_at:
                told += _record(row, answer_ms)
    return told


def steering_publish() -> None:
    """Write every region's steering manifest; a full disk is logged and tried again next time."""
    edges = queries.edges_all()
    ttl_s = settings.get().steering_ttl_s
    manifests = {
        region: steering.steering(edges, region, ttl_s) for region in steering.regions(edges)
    }
    try:
        steering_files.write(shared_settings.get().home / "steering", manifests)
    except OSError as error:
        log.warning("steering manifests could not be written: %s", error)


def _record(row: EdgeRecord, answer_ms: float | None) -> bool:
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
