"""What the plan is made from: pathways, what lies where, and what is asked for now."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import cast

from django.db.models import Sum

from matinee.contracts.delivery import EdgeHealth, EdgeRole
from matinee.delivery.models import (
    DemandRecord,
    DemandSeenRecord,
    EdgeRecord,
    HoldingRecord,
    PackageRecord,
    PortionRecord,
    RegionPlanRecord,
    SiteRecord,
    TrafficRecord,
)
from matinee.delivery.rules.links import Link
from matinee.delivery.rules.pathways import Measured, Way
from matinee.delivery.rules.portions import numbers
from matinee.delivery.rules.situation import Counted, Facts
from matinee.kernel import clock

# What an agent said is believed for so long; an edge that has none is judged by checks alone.
_REPORT_S = 30.0
_FAILED_WITHIN_S = 120.0
# What is asked for within the last two hours weighs packages and parts of them.
_ASKED_HOURS = 2
# A commercial network keeps what is asked for; what it has is not told.
_COMMERCIAL_PART = 0.9

_Portion = tuple[str, str, int]


def facts_now() -> Facts:
    """All that a plan is made from, as the records are now."""
    edges = list(
        EdgeRecord.objects.filter(removed=False).select_related("site", "agent").order_by("name")
    )
    plans = list(RegionPlanRecord.objects.order_by("region"))
    newest = max((plan.planned_at for plan in plans if plan.planned_at), default=None)
    classes = dict(PackageRecord.objects.values_list("package", "title_class"))
    return Facts(
        ways=_ways(edges),
        coverage=_coverage(edges, sorted(classes)),
        asked=_asked(),
        classes=classes,
        seen={
            (row.hour, row.edge, row.title_class): row.bytes
            for row in DemandSeenRecord.objects.all()
        },
        rates={
            (plan.region, name): float(rate)
            for plan in plans
            for name, rate in plan.demand_bps.items()
        },
        orders={plan.region: plan.orders for plan in plans},
        elapsed_s=None if newest is None else (clock.now() - newest).total_seconds(),
        links={
            plan.region: {name: Link(*told) for name, told in plan.links.items()} for plan in plans
        },
    )


def plans_all() -> list[RegionPlanRecord]:
    """The plan in force of every region."""
    return list(RegionPlanRecord.objects.order_by("region"))


def _ways(edges: list[EdgeRecord]) -> list[Way]:
    now = clock.now()
    since = now - timedelta(seconds=_FAILED_WITHIN_S)
    served = {
        row["edge"]: (row["requests"], row["failed"])
        for row in TrafficRecord.objects.filter(minute__gte=since)
        .values("edge")
        .annotate(requests=Sum("requests"), failed=Sum("failed"))
    }
    return [_way(edge, served.get(edge.pk, (0, 0))) for edge in edges]


def _way(edge: EdgeRecord, served: tuple[int, int]) -> Way:
    return Way(
        id=edge.name,
        region=edge.region,
        role=cast("EdgeRole", edge.role),
        health=cast("EdgeHealth", edge.health),
        latency_ms=edge.latency_ms,
        place=_place(edge.site),
        capacity_bps=edge.capacity_bps,
        planned_part=edge.load_shed,
        price_micros_per_gb=edge.price_micros_per_gb,
        commitment_bps=edge.commitment_bps,
        measured=_measured(edge, served),
    )


def _place(site: SiteRecord | None) -> tuple[float, float] | None:
    if site is None or site.latitude is None or site.longitude is None:
        return None
    return site.latitude, site.longitude


def _measured(edge: EdgeRecord, served: tuple[int, int]) -> Measured | None:
    agent = getattr(edge, "agent", None)
    if agent is None or agent.reported_at is None:
        return None
    if (clock.now() - agent.reported_at).total_seconds() > _REPORT_S:
        # It says nothing any more: nginx may go on serving, which checks find out.
        return None
    return Measured(
        is_serving=agent.is_serving,
        first_byte_ms=agent.first_byte_ms_p50,
        throughput_bps=agent.throughput_bps_p50,
        requests=served[0],
        failed=served[1],
    )


def _coverage(edges: list[EdgeRecord], packages: list[str]) -> dict[str, dict[str, float]]:
    """Which part of what is asked of each package lies on each edge."""
    everywhere = {edge.name: part for edge in edges if (part := _whole_part(edge)) is not None}
    coverage: dict[str, dict[str, float]] = {name: dict(everywhere) for name in packages}
    telling = {edge.pk: edge.name for edge in edges if edge.name not in everywhere}
    if not telling:
        return coverage
    weights = _portion_weights()
    whole: defaultdict[str, float] = defaultdict(float)
    for (package, _, _), weight in weights.items():
        whole[package] += weight
    held = HoldingRecord.objects.filter(edge__in=telling, package__in=packages)
    for edge_pk, package, folder, ranges in held.values_list("edge", "package", "folder", "ranges"):
        part = sum(weights.get((package, folder, number), 0.0) for number in numbers(ranges))
        if part > 0:
            on = coverage[package]
            name = telling[edge_pk]
            on[name] = min(1.0, on.get(name, 0.0) + part / whole[package])
    return coverage


def _whole_part(edge: EdgeRecord) -> float | None:
    """What an edge has of every package; None where its agent tells it of each.

    The service's own edge serves from the origin itself. One without an agent was set up by
    hand, and has what it is asked for.
    """
    if edge.role == "commercial":
        return _COMMERCIAL_PART
    if not edge.base_url or getattr(edge, "agent", None) is None:
        return 1.0
    return None


def _portion_weights() -> dict[_Portion, float]:
    """What is asked of each range of each folder lately; by their sizes where nothing is."""
    weights: dict[_Portion, float] = {
        (package, folder, number): size * 1e-6
        for package, folder, number, size in PortionRecord.objects.values_list(
            "package", "folder", "range", "bytes"
        )
    }
    asked = (
        DemandRecord.objects.filter(hour__gte=_since())
        .values_list("package", "folder", "range")
        .annotate(sum=Sum("bytes"))
    )
    for package, folder, number, amount in asked:
        key = (package, folder, number)
        weights[key] = weights.get(key, 0.0) + amount
    return weights


def _asked() -> Counted:
    known = PackageRecord.objects.values("package")
    rows = (
        DemandRecord.objects.filter(hour__gte=_since(), package__in=known)
        .values_list("hour", "edge__name", "package")
        .annotate(sum=Sum("bytes"))
    )
    return {(hour, edge, package): int(amount) for hour, edge, package, amount in rows}


def _since() -> datetime:
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    return hour - timedelta(hours=_ASKED_HOURS - 1)
