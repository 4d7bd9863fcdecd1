"""Messages of `delivery`: edges and what is known of them. Those of agents: see `agents`."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from matinee.contracts.message import Message, Request

EdgeHealth = Literal["up", "down", "unknown"]

# What a manifest's addresses belong to that name no pathway (RFC 8216bis, section 4.4.6.2).
OWN_PATHWAY = "."
# The title class of a package that the plan does not know yet.
ANY_CLASS = "all"
HOME_REGION = "home"
# `edge` serves viewers, `shield` stands between edges and the origin, `commercial` is a network
# of somebody else's that pulls from the origin.
EdgeRole = Literal["edge", "shield", "commercial"]
EdgeName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
RegionName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
SiteName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class Edge(Message):
    """A host that serves media.

    `base_url` is absolute, without a trailing slash; empty means the service's own address.
    `capacity_bps` is what it can send to viewers, None where nobody has said.
    """

    id: str
    base_url: str
    region: str
    health: EdgeHealth
    latency_ms: float | None
    checked_at: datetime | None
    role: EdgeRole = "edge"
    site: str = ""
    capacity_bps: int | None = None


class EdgeDraft(Request):
    """An edge to add or replace. One of a site is of the site's region."""

    id: EdgeName
    base_url: Annotated[str, StringConstraints(pattern=r"^(https?://[^\s/]+)?$", max_length=200)]
    region: RegionName = HOME_REGION
    site: Literal[""] | SiteName = ""
    role: EdgeRole = "edge"
    capacity_bps: Annotated[int, Field(gt=0, lt=2**53)] | None = Field(
        default=None, description="What it can send to viewers; none: not known"
    )
    disk_bytes: Annotated[int, Field(ge=0, lt=2**53)] = Field(
        default=0, description="What its store may take; 0: nine tenths of the disk"
    )
    fill_bps: Annotated[int, Field(ge=0, lt=2**53)] = Field(
        default=0, description="Most that fill may take of its link; 0: no bound"
    )
    quiet_from_hour: Annotated[int, Field(ge=0, le=23)] = Field(
        default=0, description="When the hours begin in which it fills (UTC)"
    )
    quiet_hours: Annotated[int, Field(ge=0, le=24)] = 24
    price_micros_per_gb: Annotated[int, Field(ge=0, lt=2**53)] = Field(
        default=0, description="What 10^9 bytes cost there, in millionths of the service's currency"
    )
    commitment_bps: Annotated[int, Field(ge=0, lt=2**53)] = Field(
        default=0, description="What is paid for there anyway"
    )


class EdgeList(Message):
    """Every edge, healthy first."""

    edges: list[Edge]


class Site(Request):
    """A place with edges that reach each other cheaply. Degrees, north and east positive."""

    id: SiteName
    region: RegionName
    asn: Annotated[int, Field(ge=0, lt=2**32)] | None = Field(
        default=None, description="The network that it stands in"
    )
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None


class SiteList(Message):
    """Every site, by name."""

    sites: list[Site]


class InvitationDraft(Request):
    """A host is to become an edge of this name within an hour.

    `base_url` is where viewers will reach it; empty: the host says so when it joins.
    """

    id: EdgeName
    base_url: Annotated[
        str, StringConstraints(pattern=r"^(https?://[^\s/]+)?$", max_length=200)
    ] = ""
    region: RegionName = HOME_REGION
    site: Literal[""] | SiteName = ""
    role: Literal["edge", "shield"] = "edge"


class Invitation(Message):
    """`command` is to be run on the host; its token is told once and lets one host in."""

    command: str
    token: str = Field(repr=False)
    expires_at: datetime


class TakedownDraft(Request):
    """A title is to be served nowhere any more, or with `lifted` again."""

    title_id: UUID
    lifted: bool = False
    reason: Annotated[str, StringConstraints(max_length=300)] = ""


class Takedown(Message):
    """An order to every edge, and how many have obeyed."""

    title_id: UUID
    lifted: bool
    reason: str
    asked_at: datetime
    packages: list[str]
    edges: int
    obeyed: int
    last_obeyed_at: datetime | None


class TakedownList(Message):
    """The newest takedowns, newest first."""

    takedowns: list[Takedown]


class UriReplacement(Message):
    """What is different in the addresses of a pathway clone (RFC 8216bis, section 7.2)."""

    host: str = Field(alias="HOST", description="Host, and port where it is not the scheme's own")


class PathwayClone(Message):
    """A pathway that no manifest names, made of one that it does (RFC 8216bis, section 7.2)."""

    base_id: str = Field(alias="BASE-ID")
    id: str = Field(alias="ID")
    uri_replacement: UriReplacement = Field(alias="URI-REPLACEMENT")


class SteeringManifest(Message):
    """What a player asks again every `ttl_s` (RFC 8216bis, section 7.1).

    `OWN_PATHWAY` stands for the host that a manifest came from: packages name no
    edge, so that every edge is a clone of it.
    """

    version: Literal[1] = Field(default=1, alias="VERSION")
    ttl_s: int = Field(alias="TTL")
    reload_uri: str | None = Field(default=None, alias="RELOAD-URI")
    pathway_priority: list[str] = Field(alias="PATHWAY-PRIORITY")
    pathway_clones: list[PathwayClone] | None = Field(default=None, alias="PATHWAY-CLONES")
