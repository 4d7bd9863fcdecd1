"""What agents are told: their configuration, what is to lie with them, what was taken down."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

from matinee.contracts.agents import (
    EdgeConfiguration,
    FillPortion,
    PlacementOrders,
    Portion,
    TakedownOrder,
    Upstream,
)
from matinee.delivery import keys, settings
from matinee.delivery.models import (
    AgentRecord,
    EdgeRecord,
    HoldingRecord,
    PlacementRecord,
    TakedownRecord,
)
from matinee.kernel import problems
from matinee.kernel import settings as shared_settings

TAKEDOWNS_AT_ONCE = 1_000
TAKEDOWNS_RUNG = 100
_REVISION_BITS = 48


def agent_of(secret_hash: str) -> AgentRecord:
    """The agent with this secret, locked; NotSignedIn if there is none, Gone for a removed edge."""
    agent = (
        AgentRecord.objects.select_for_update(of=("self",))
        .select_related("edge__site")
        .filter(secret_hash=secret_hash)
        .first()
    )
    if agent is None:
        detail = "No edge has this secret. Join again: `matinee edge invite`, `matinee edge join`."
        raise problems.NotSignedIn("unknown_agent", detail)
    if agent.edge.removed:
        detail = f"The edge {agent.edge.name} was removed. End its agent, or invite it again."
        raise problems.Gone("edge_removed", detail)
    return agent


def configuration_of(row: EdgeRecord) -> EdgeConfiguration:
    """What an edge's nginx and agent are configured from; its revision says which content it is."""
    near = EdgeRecord.objects.filter(removed=False, base_url__gt="").exclude(pk=row.pk)
    shields = near.filter(role="shield").order_by("name") if row.role == "edge" else near.none()
    beside = near.filter(site=row.site, role="edge") if row.site else near.none()
    drawn = EdgeConfiguration(
        revision=0,
        edge=row.name,
        role=row.role,
        base_url=row.base_url,
        origin_url=settings.get().origin_url or shared_settings.get().url,
        shields=_upstreams(sorted(shields, key=lambda one: one.region != row.region)),
        neighbours=_upstreams(beside.order_by("name")),
        app_origins=[shared_settings.get().url],
        disk_bytes=row.disk_bytes,
        fill_bps=row.fill_bps,
        quiet_from_hour=row.quiet_from_hour,
        quiet_hours=row.quiet_hours,
        report_interval_s=settings.get().report_interval_s,
        fill_keys=keys.fill(),
        media_keys=keys.media(),
    )
    digest = hashlib.sha256(drawn.model_dump_json().encode()).digest()
    revision = int.from_bytes(digest) >> (8 * len(digest) - _REVISION_BITS)
    return drawn.model_copy(update={"revision": revision})


def placement_of(edge: EdgeRecord, revision: int) -> PlacementOrders:
    """What is to lie on an edge, with those of its site that hold what it is to fetch."""
    rows = list(PlacementRecord.objects.filter(edge=edge).order_by("rank"))
    near = _holders(edge, {row.package for row in rows if row.fill})
    return PlacementOrders(
        revision=revision,
        fill=[
            FillPortion(
                package=row.package,
                folder=row.folder,
                ranges=row.fill,
                neighbours=_holding(near.get((row.package, row.folder), {}), row.fill),
            )
            for row in rows
            if row.fill
        ],
        admit=[_portion(row, row.admit) for row in rows if row.admit],
        remove=[_portion(row, row.remove) for row in rows if row.remove],
    )


def takedowns_after(serial: int) -> list[TakedownOrder]:
    """The oldest takedowns with a larger serial."""
    rows = TakedownRecord.objects.filter(serial__gt=serial).order_by("serial")[:TAKEDOWNS_AT_ONCE]
    return [_order(row) for row in rows]


def takedowns_rung() -> tuple[int, list[TakedownOrder]]:
    """The newest takedowns, oldest of them first, and the serial that they follow on."""
    rows = list(TakedownRecord.objects.order_by("-serial")[: TAKEDOWNS_RUNG + 1])
    after = rows.pop().serial if len(rows) > TAKEDOWNS_RUNG else 0
    return after, [_order(row) for row in reversed(rows)]


def _order(row: TakedownRecord) -> TakedownOrder:
    return TakedownOrder(serial=row.serial, package=row.package, lifted=row.lifted)


def _holders(edge: EdgeRecord, packages: set[str]) -> dict[tuple[str, str], dict[str, int]]:
    """What other edges of the site hold of packages: ranges by edge."""
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    if edge.site is None:
        return found
    rows = HoldingRecord.objects.filter(
        edge__site=edge.site, edge__removed=False, edge__health="up", package__in=packages
    ).exclude(edge=edge)
    for package, folder, name, ranges in rows.values_list(
        "package", "folder", "edge__name", "ranges"
    ):
        found[package, folder][name] = ranges
    return found


def _holding(by_edge: Mapping[str, int], wanted: int) -> list[str]:
    """Those that hold something of what is wanted, most of it first."""
    having = {name: (ranges & wanted).bit_count() for name, ranges in by_edge.items()}
    return sorted((name for name in having if having[name]), key=lambda name: -having[name])


def _portion(row: PlacementRecord, ranges: int) -> Portion:
    return Portion(package=row.package, folder=row.folder, ranges=ranges)


def _upstreams(rows: Iterable[EdgeRecord]) -> list[Upstream]:
    return [Upstream(edge=row.name, base_url=row.base_url) for row in rows]
