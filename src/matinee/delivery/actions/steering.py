"""Planning which pathways players take, and telling them."""

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from matinee.contracts.delivery import ANY_CLASS, HOME_REGION, Edge, SteeringManifest
from matinee.contracts.events import PackagesClassed, RegionSteered
from matinee.delivery import host_list, queries, settings, steering_files, told_links
from matinee.delivery.models import (
    DemandSeenRecord,
    EdgeRecord,
    PackageRecord,
    RegionPlanRecord,
)
from matinee.delivery.rules import links, steering
from matinee.delivery.rules.decision import Decision, decided, reasons
from matinee.delivery.rules.links import Links
from matinee.delivery.rules.pathways import Way, planned_part_after
from matinee.delivery.rules.plan import Bounds
from matinee.delivery.rules.situation import Situation, before_of, situation
from matinee.kernel import clock
from matinee.kernel import settings as shared_settings
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce

log = logging.getLogger(__name__)

# A player keeps to the address of its title class for as long as it plays.
_CLASS_STAYS = timedelta(hours=12)
_CLASSES_TOLD_AT_ONCE = 500


def plan_make() -> None:
    """Plan all regions anew, tell whom it concerns what has changed, and write it for players."""
    told = told_links.taken(_folder() / "log" / "links.log")
    with transaction_of("delivery"):
        facts = queries.facts_now()
        facts = replace(facts, links=links.learnt(facts.links, told, facts.elapsed_s))
        now = situation(facts)
        own = settings.get()
        bounds = Bounds(time_s=own.plan_interval_s / 4)
        decision = decided(now, before_of(facts, now), own.steering_ttl_s, bounds)
        if decision.method == "greedy":
            log.warning("the plan was late; a greedy one is in force")
        _plans_keep(now, decision, facts.links)
        _classes_keep(facts.classes, now.by_package)
        _seen_keep(now)
        _parts_keep(facts.ways)
    steering_publish()


def steering_publish() -> None:
    """Write every region's steering manifests; a full disk is logged and tried again next time."""
    edges = queries.edges_all()
    folder = _folder() / "steering"
    hosts = steering.hosts(edges, shared_settings.get().url)
    down = {edge.id for edge in edges if edge.health == "down"}
    plans = queries.plans_all()
    unplanned = {HOME_REGION} | {edge.region for edge in edges}
    unplanned -= {plan.region for plan in plans}
    try:
        for plan in plans:
            _plan_write(folder, plan, hosts, down)
        for region in unplanned:
            _order_write(folder, region, edges, hosts)
        steering_files.keep(folder, unplanned | {plan.region for plan in plans})
        host_list.write(folder, edges)
    except OSError as error:
        log.warning("steering manifests could not be written: %s", error)


def _folder() -> Path:
    return shared_settings.get().home


def _plan_write(
    folder: Path, plan: RegionPlanRecord, hosts: Mapping[str, str], down: set[str]
) -> None:
    left = sorted(plan.why.get("left", {}))
    made_from = json.dumps([plan.orders, left, plan.ttl_s, hosts, sorted(down)], sort_keys=True)

    def manifests() -> dict[str, SteeringManifest]:
        return _manifests(plan, left, hosts, down)

    steering_files.write(folder, plan.region, made_from, manifests)


def _manifests(
    plan: RegionPlanRecord, left: Iterable[str], hosts: Mapping[str, str], down: set[str]
) -> dict[str, SteeringManifest]:
    """A region's manifests by name; whoever went down since the plan stands last in them."""
    made: dict[tuple[str, ...], SteeringManifest] = {}
    told: dict[str, SteeringManifest] = {}
    usual = plan.orders.get(ANY_CLASS, [])
    for title_class, lanes in {**dict.fromkeys(left, usual), **plan.orders}.items():
        for lane, listed in enumerate(lanes):
            order = tuple(sorted(listed, key=lambda pathway: pathway in down))
            if order not in made:
                made[order] = steering.manifest(order, hosts, plan.ttl_s)
            told[f"{title_class}-{lane}"] = made[order]
    own = told.get(f"{ANY_CLASS}-0") or steering.manifest([], hosts, plan.ttl_s)
    return {**told, "": own}


def _order_write(
    folder: Path, region: str, edges: Iterable[Edge], hosts: Mapping[str, str]
) -> None:
    """For a region that no plan knows yet: by health and nearness."""
    order = [edge.id for edge in steering.ranked(edges, region)]
    manifest = steering.manifest(order, hosts, settings.get().steering_ttl_s)
    steering_files.write(folder, region, manifest.model_dump_json(), lambda: {"": manifest})


def _plans_keep(now: Situation, decision: Decision, measured: Mapping[str, Links]) -> None:
    known = {plan.region: plan for plan in RegionPlanRecord.objects.select_for_update()}
    why, at = reasons(now, decision), clock.now()
    for r, region in enumerate(now.regions):
        plan = known.pop(region, None) or RegionPlanRecord(region=region)
        orders = dict(decision.orders[region])
        is_news = plan.orders != orders
        left = _left(plan, orders, at)
        plan.why = {**why[region], "left": left}
        plan.orders, plan.ttl_s, plan.method = orders, decision.ttl_s, decision.method
        plan.demand_bps = {
            name: float(now.market.demand_bps[r, c])
            for c, name in enumerate(now.classes)
            if now.market.demand_bps[r, c] > 0
        }
        plan.links = measured.get(region, {})
        plan.planned_at = at
        if is_news:
            plan.told_at = at
            announce("delivery", RegionSteered(region=region, orders=orders))
        plan.save()
    for region, plan in known.items():
        plan.delete()
        announce("delivery", RegionSteered(region=region, orders={}))


def _left(plan: RegionPlanRecord, orders: Mapping[str, Any], at: datetime) -> dict[str, str]:
    """Title classes that are no more and since when, while players may still ask for them."""
    left = dict(plan.why.get("left", {})) | {
        name: at.isoformat()
        for name in plan.orders
        if name not in orders and name not in plan.why.get("left", {})
    }
    return {
        name: since
        for name, since in left.items()
        if name not in orders and at - datetime.fromisoformat(since) < _CLASS_STAYS
    }


def _classes_keep(before: Mapping[str, str], classes: Mapping[str, str]) -> None:
    changed = {name: new for name, new in classes.items() if before.get(name, ANY_CLASS) != new}
    told = sorted(changed.items())
    for start in range(0, len(told), _CLASSES_TOLD_AT_ONCE):
        part = dict(told[start : start + _CLASSES_TOLD_AT_ONCE])
        announce("delivery", PackagesClassed(classes=part))
    for title_class in sorted(set(changed.values())):
        names = [name for name, new in changed.items() if new == title_class]
        PackageRecord.objects.filter(package__in=names).update(title_class=title_class)


def _seen_keep(now: Situation) -> None:
    DemandSeenRecord.objects.all().delete()
    DemandSeenRecord.objects.bulk_create(
        DemandSeenRecord(hour=hour, edge=edge, title_class=title_class, bytes=amount)
        for (hour, edge, title_class), amount in now.seen.items()
    )


def _parts_keep(ways: Iterable[Way]) -> None:
    for way in ways:
        part = planned_part_after(way)
        if part != way.planned_part:
            EdgeRecord.objects.filter(name=way.id).update(load_shed=part)
