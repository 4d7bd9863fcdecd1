"""Messages of `delivery` for those who look at it: how edges are, who is sent where, what if."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from matinee.contracts.agents import DiskState, FillProgress, LinkFigures
from matinee.contracts.delivery import Edge, EdgeName, Site
from matinee.contracts.message import Message, Request


class ServedBytes(Message):
    """What viewers were sent, by where it came from.

    `held` lay in the edge's store, `cached` in its small cache, `missed` came from the shield
    or the origin. `written` were put on the disk for it.
    """

    held: int
    cached: int
    missed: int
    written: int


class TrafficMinute(Message):
    """What one edge, or all of them, served within a minute."""

    minute: datetime
    bytes: ServedBytes
    requests: int
    failed: int = Field(description="Answered with 5xx")


class EdgeFigures(Message):
    """What an edge's agent reported last."""

    reported_at: datetime
    release: str = Field(description="The version of Matinee on its host")
    is_serving: bool
    egress_bps: float
    disk: DiskState | None
    fill: FillProgress
    links: LinkFigures
    remarks: list[str]


class EdgeOverview(Message):
    """An edge, how it is, and what it served within the last hour.

    `figures` is None for one without an agent, or whose agent said nothing yet.
    """

    edge: Edge
    figures: EdgeFigures | None
    hour: ServedBytes
    requests: int
    failed: int
    planned_bps: float = Field(description="What the plan in force sends there")


class PathwayShare(Message):
    """How much of a cell's demand is sent over a pathway, as its first choice."""

    pathway: str
    share: float


class SteeredClass(Message):
    """The titles of a class, as viewers of a region are sent to them.

    `shares` are sorted, largest first.
    """

    title_class: str
    demand_bps: float
    shares: list[PathwayShare]
    left_out: dict[str, str] = Field(
        description="Why a pathway gets nobody, by its name: down, unchecked, not_serving, "
        "failing, content (it has not got these titles), full, price or far"
    )


class RegionOverview(Message):
    """The plan in force for a region's viewers.

    `method` is `lp` for the best plan, `greedy` for the quick one that stands in when there
    was no time, `order` where nothing was measured yet.
    """

    region: str
    method: str
    planned_at: datetime | None
    ttl_s: int
    classes: list[SteeredClass]


class DeliveryOverview(Message):
    """All of delivery at a glance; the last hour's `traffic` of all edges, oldest first."""

    release: str = Field(description="The service's own version, which edges should run, too")
    edges: list[EdgeOverview]
    sites: list[Site]
    regions: list[RegionOverview]
    traffic: list[TrafficMinute]


class FolderPlacement(Message):
    """A rendition of a title, and how much of it lies on each edge."""

    folder: str
    bytes: int
    held_bytes: dict[str, int] = Field(description="By edge")
    planned_edges: list[str] = Field(description="Where it is to be brought")


class TitlePlacement(Message):
    """Where a title lies."""

    title_id: UUID
    package: str
    title_class: str
    folders: list[FolderPlacement]


class DemandChange(Request):
    """A title that is asked for so many times as often as now."""

    title_id: UUID
    factor: Annotated[float, Field(ge=0, le=1000)]


class WhatIfDraft(Request):
    """What might happen; nothing of it is done."""

    gone: Annotated[list[EdgeName], Field(max_length=200)] = []
    demand: Annotated[list[DemandChange], Field(max_length=50)] = []


class EdgeLoad(Message):
    """What an edge would serve, now and then. `limit_bps` is where overload begins."""

    pathway: str
    limit_bps: float | None = Field(description="None where nobody has said what it can send")
    now_bps: float
    then_bps: float


class PlanFigures(Message):
    """What a plan comes to: shares of all demand, and of what viewers wait for."""

    demand_bps: float
    missed_share: float = Field(description="Sent to edges that have not got the film")
    overload_share: float = Field(description="Beyond what its edge can send")
    moved_share: float = Field(description="Sent elsewhere than now")


class WhatIf(Message):
    """What the plan would be, beside the one of now.

    Where nothing was asked for lately, all titles count as asked for alike (`is_measured`).
    """

    method: str
    is_measured: bool
    loads: list[EdgeLoad]
    now: PlanFigures
    then: PlanFigures
