"""What agents report, counted once, and the orders that answer it."""

import hashlib
from collections.abc import Iterable, Sequence

from django.db import connections

from matinee.contracts.agents import (
    DemandCount,
    EdgeOrders,
    EdgeReport,
    HeldPortion,
    TrafficCount,
)
from matinee.delivery import queries
from matinee.delivery.actions.edges import check_record
from matinee.delivery.models import (
    AgentRecord,
    EdgeRecord,
    HoldingRecord,
    TakedownDoneRecord,
    TakedownRecord,
)
from matinee.kernel import clock, ids
from matinee.kernel.databases import transaction_of

# One statement for all rows of a report; several agents may report at once.
_ADD_DEMAND = """
INSERT INTO delivery_demandrecord
    (edge_id, hour, package, folder, range, region, requests, bytes)
SELECT %s, * FROM unnest(%s::timestamptz[], %s::text[], %s::text[], %s::smallint[], %s::text[],
    %s::bigint[], %s::bigint[])
ON CONFLICT (hour, edge_id, package, folder, range, region) DO UPDATE SET
    requests = delivery_demandrecord.requests + EXCLUDED.requests,
    bytes = delivery_demandrecord.bytes + EXCLUDED.bytes
"""
_TRAFFIC = (
    "requests",
    "refused",
    "failed",
    "held_bytes",
    "cached_bytes",
    "missed_bytes",
    "written_bytes",
    "filled_bytes",
    "sessions",
)
_ADD_TRAFFIC = f"""
INSERT INTO delivery_trafficrecord (edge_id, minute, {", ".join(_TRAFFIC)})
SELECT %s, * FROM unnest(%s::timestamptz[]{", %s::bigint[]" * len(_TRAFFIC)})
ON CONFLICT (minute, edge_id) DO UPDATE SET
    {", ".join(f"{n} = delivery_trafficrecord.{n} + EXCLUDED.{n}" for n in _TRAFFIC)}
"""  # noqa: S608 - names of our own columns


def report_take(secret_hash: str, report: EdgeReport) -> EdgeOrders:
    """Count a report, unless it was counted before, and say what its agent should do.

    NotSignedIn for a secret that no edge has; Gone for an edge that was removed.
    """
    with transaction_of("delivery"):
        agent = queries.agent_of(secret_hash)
        if report.sequence > agent.sequence:
            _count(agent.edge, report)
            _hold(agent, report)
        if report.sequence >= agent.sequence:
            _obeyed(agent, report.takedown_serial)
            _note(agent, report)
        return _orders(agent, report)


def own_edge_agent() -> str | None:
    """The secret's hash of what counts for the service's own edge; None where there is none."""
    with transaction_of("delivery"):
        row = EdgeRecord.objects.filter(removed=False, base_url="", role="edge").first()
        if row is None:
            return None
        fresh = {"secret_hash": hashlib.sha256(ids.secret().encode()).hexdigest()}
        return AgentRecord.objects.get_or_create(edge=row, defaults=fresh)[0].secret_hash


def _orders(agent: AgentRecord, report: EdgeReport) -> EdgeOrders:
    configuration = queries.configuration_of(agent.edge)
    is_configured = configuration.revision == report.configuration_revision
    is_placed = agent.placement_revision == report.placement_revision
    return EdgeOrders(
        sequence=agent.sequence,
        configuration=None if is_configured else configuration,
        placement=None if is_placed else queries.placement_of(agent.edge, agent.placement_revision),
        takedowns=queries.takedowns_after(report.takedown_serial),
        wants_held=not agent.holdings_known,
    )


def _count(edge: EdgeRecord, report: EdgeReport) -> None:
    with connections["delivery"].cursor() as cursor:
        if report.demand:
            cursor.execute(_ADD_DEMAND, [edge.pk, *_demand_columns(edge, report.demand)])
        if report.traffic:
            cursor.execute(_ADD_TRAFFIC, [edge.pk, *_traffic_columns(report.traffic)])


def _demand_columns(edge: EdgeRecord, demand: Iterable[DemandCount]) -> list[list[object]]:
    # A row may stand once in a statement that adds to it.
    summed: dict[tuple[object, ...], list[int]] = {}
    for one in demand:
        region = one.region or edge.region
        hour = one.hour.replace(minute=0, second=0, microsecond=0)
        counted = summed.setdefault((hour, one.package, one.folder, one.range, region), [0, 0])
        counted[0] += one.requests
        counted[1] += one.bytes
    rows = [(*key, *counted) for key, counted in summed.items()]
    return [list(column) for column in zip(*rows, strict=True)]


def _traffic_columns(traffic: Iterable[TrafficCount]) -> list[list[object]]:
    by_minute: dict[object, list[int]] = {}
    for one in traffic:
        counted = by_minute.setdefault(
            one.minute.replace(second=0, microsecond=0), [0] * len(_TRAFFIC)
        )
        for place, name in enumerate(_TRAFFIC):
            counted[place] += getattr(one, name)
    rows = [(minute, *counted) for minute, counted in by_minute.items()]
    return [list(column) for column in zip(*rows, strict=True)]


def _hold(agent: AgentRecord, report: EdgeReport) -> None:
    """Take what changed of an edge's holdings; whole lists begin with a clean slate."""
    own = HoldingRecord.objects.filter(edge=agent.edge)
    if report.held_whole:
        own.delete()
        agent.holdings_known = True
    elif not agent.holdings_known:
        return  # differences to something that we do not know
    gone = [one for one in report.held if not one.bytes]
    for one in gone:
        own.filter(package=one.package, folder=one.folder).delete()
    kept = {(one.package, one.folder): one for one in report.held if one.bytes}
    _upsert(agent.edge, list(kept.values()))


def _upsert(edge: EdgeRecord, held: Sequence[HeldPortion]) -> None:
    HoldingRecord.objects.bulk_create(
        (HoldingRecord(edge=edge, **one.model_dump()) for one in held),
        update_conflicts=True,
        unique_fields=["package", "folder", "edge"],
        update_fields=["ranges", "bytes"],
    )


def _obeyed(agent: AgentRecord, serial: int) -> None:
    done = TakedownRecord.objects.filter(serial__gt=agent.takedown_serial, serial__lte=serial)
    now = clock.now()
    TakedownDoneRecord.objects.bulk_create(
        (TakedownDoneRecord(edge=agent.edge, takedown=one, done_at=now) for one in done),
        ignore_conflicts=True,
    )
    agent.takedown_serial = serial


def _note(agent: AgentRecord, report: EdgeReport) -> None:
    agent.sequence = report.sequence
    agent.reported_at = clock.now()
    agent.version = report.agent_version
    agent.is_serving = report.is_serving
    agent.remarks = report.remarks
    agent.reported_placement = report.placement_revision
    agent.reported_configuration = report.configuration_revision
    agent.egress_bps = report.egress_bps
    for name, value in report.links.model_dump().items():
        setattr(agent, name, value)
    for name, value in report.disk.model_dump().items():
        setattr(agent, f"disk_{name}", value)
    for name in ("state", "wanted_bytes", "held_bytes", "failures", "detail"):
        setattr(agent, f"fill_{name}", getattr(report.fill, name))
    agent.save()
    if not report.is_serving:
        edge = EdgeRecord.objects.select_for_update().get(pk=agent.edge_id)
        if edge.health == "up":
            check_record(edge, None)  # nobody knows sooner than the agent beside it
