"""Everything that Studio's page about delivery shows, in a fixed number of queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Sum

from matinee.contracts.agents import DiskState, FillProgress, LinkFigures
from matinee.contracts.delivery_overview import (
    DeliveryOverview,
    EdgeFigures,
    EdgeOverview,
    FolderPlacement,
    PathwayShare,
    RegionOverview,
    ServedBytes,
    SteeredClass,
    TitlePlacement,
    TrafficMinute,
)
from matinee.contracts.message import Message
from matinee.delivery.agent import VERSION
from matinee.delivery.models import (
    AgentRecord,
    EdgeRecord,
    HoldingRecord,
    PackageRecord,
    PlacementRecord,
    PortionRecord,
    RegionPlanRecord,
    TrafficRecord,
)
from matinee.delivery.queries.edges import edge_of, sites_all
from matinee.kernel import clock, problems

M = TypeVar("M", bound=Message)

_WINDOW = timedelta(hours=1)
# Less of a class than this is not having it; more use than this is being full.
_HARDLY_HELD = 0.5
_FULL = 0.85
_BYTES = ("held_bytes", "cached_bytes", "missed_bytes", "written_bytes")
_SUMS = {name: Sum(name) for name in (*_BYTES, "requests", "failed")}


def overview() -> DeliveryOverview:
    """How delivery is now."""
    regions = [_region(row) for row in RegionPlanRecord.objects.order_by("region")]
    return DeliveryOverview(
        release=VERSION,
        edges=_edges(regions),
        sites=sites_all(),
        regions=regions,
        traffic=_traffic(),
    )


def title_placement(title_id: UUID) -> TitlePlacement:
    """Where the newest package of a title lies; NotFound if there is none."""
    row = PackageRecord.objects.filter(title_id=title_id, newest=True).first()
    if row is None:
        detail = "Nothing of this title is delivered yet: it has no finished encode."
        raise problems.NotFound("unknown_title", detail)
    return TitlePlacement(
        title_id=title_id,
        package=row.package,
        title_class=row.title_class,
        folders=_folders(row.package),
    )


def _folders(package: str) -> list[FolderPlacement]:
    held: dict[str, dict[str, int]] = defaultdict(dict)
    holdings = HoldingRecord.objects.filter(package=package, edge__removed=False)
    for folder, edge, size in holdings.values_list("folder", "edge__name", "bytes"):
        held[folder][edge] = size
    planned: dict[str, list[str]] = defaultdict(list)
    placements = PlacementRecord.objects.filter(package=package, edge__removed=False)
    for folder, edge in placements.exclude(fill=0).values_list("folder", "edge__name"):
        planned[folder].append(edge)
    portions = PortionRecord.objects.filter(package=package).values("folder")
    sizes = {row["folder"]: row["size"] for row in portions.annotate(size=Sum("bytes"))}
    return [
        FolderPlacement(
            folder=folder,
            bytes=sizes.get(folder, 0),
            held_bytes=held[folder],
            planned_edges=sorted(planned[folder]),
        )
        for folder in sorted(sizes.keys() | held.keys() | planned.keys())
    ]


def _edges(regions: Iterable[RegionOverview]) -> list[EdgeOverview]:
    since = clock.now() - _WINDOW
    sums: Any = (
        TrafficRecord.objects.filter(minute__gte=since).values("edge_id").annotate(**_summed())
    )
    served = {row["edge_id"]: row for row in sums}
    agents = {row.edge_id: row for row in AgentRecord.objects.filter(reported_at__isnull=False)}
    planned_bps: dict[str, float] = defaultdict(float)
    for region in regions:
        for cell in region.classes:
            for way in cell.shares:
                planned_bps[way.pathway] += way.share * cell.demand_bps
    rows = EdgeRecord.objects.filter(removed=False).select_related("site").order_by("name")
    return [
        _edge(row, agents.get(row.pk), served.get(row.pk, {}), planned_bps[row.name])
        for row in rows
    ]


def _edge(
    row: EdgeRecord, agent: AgentRecord | None, served: dict[str, Any], planned_bps: float
) -> EdgeOverview:
    return EdgeOverview(
        edge=edge_of(row),
        figures=None if agent is None else _figures(agent),
        hour=_served(served),
        requests=served.get("sum_requests", 0),
        failed=served.get("sum_failed", 0),
        planned_bps=planned_bps,
    )


def _figures(agent: AgentRecord) -> EdgeFigures:
    plain = {name: getattr(agent, name) for name in ("reported_at", "is_serving", "remarks")}
    return EdgeFigures.model_validate(
        plain
        | {
            "release": agent.version,
            "egress_bps": agent.egress_bps or 0.0,
            "disk": _told(agent, DiskState, "disk_") if agent.disk_size_bytes is not None else None,
            "fill": _told(agent, FillProgress, "fill_"),
            "links": _told(agent, LinkFigures, ""),
        }
    )


def _told(agent: AgentRecord, message: type[M], prefix: str) -> M:
    """A part of an agent's last report, from the columns that begin with `prefix`."""
    columns = {name: getattr(agent, prefix + name, None) for name in message.model_fields}
    known = {name: value for name, value in columns.items() if value not in {None, ""}}
    return message.model_validate(known)


def _traffic() -> list[TrafficMinute]:
    """All edges together, minute by minute of the last hour."""
    rows: Any = TrafficRecord.objects.filter(minute__gte=clock.now() - _WINDOW).values("minute")
    return [
        TrafficMinute(
            minute=row["minute"],
            bytes=_served(row),
            requests=row["sum_requests"],
            failed=row["sum_failed"],
        )
        for row in rows.annotate(**_summed()).order_by("minute")
    ]


def _summed() -> dict[str, Sum]:
    return {f"sum_{name}": total for name, total in _SUMS.items()}


def _served(row: dict[str, Any]) -> ServedBytes:
    return ServedBytes(**{name[: -len("_bytes")]: row.get(f"sum_{name}", 0) for name in _BYTES})


def _region(row: RegionPlanRecord) -> RegionOverview:
    return RegionOverview(
        region=row.region,
        method=row.method,
        planned_at=row.planned_at,
        ttl_s=row.ttl_s,
        classes=[
            SteeredClass(
                title_class=title_class,
                demand_bps=row.demand_bps.get(title_class, 0.0),
                shares=_shares(lanes),
                left_out=_left_out(row.why, title_class, lanes),
            )
            for title_class, lanes in sorted(row.orders.items())
        ],
    )


def _left_out(why: dict[str, Any], title_class: str, lanes: list[list[str]]) -> dict[str, str]:
    """Why pathways get nobody of a class; `why` is as `rules.decision.reasons` made it."""
    taken = {lane[0] for lane in lanes if lane}
    held = why.get("classes", {}).get(title_class, {}).get("held", {})
    return {
        name: _reason(facts, held.get(name, 0.0))
        for name, facts in sorted(why.get("pathways", {}).items())
        if name not in taken
    }


def _reason(facts: dict[str, Any], held: float) -> str:
    """What speaks most against a pathway."""
    if facts["out"]:
        return str(facts["out"])
    if held < _HARDLY_HELD:
        return "content"
    if facts["use"] > _FULL:
        return "full"
    return "price" if facts["price_ms"] > 0 else "far"


def _shares(lanes: list[list[str]]) -> list[PathwayShare]:
    firsts = Counter(lane[0] for lane in lanes if lane)
    return [
        PathwayShare(pathway=name, share=count / len(lanes)) for name, count in firsts.most_common()
    ]
