"""Messages of `delivery`: edges and what is known of them. Those of agents: see `agents`."""

from datetime import datetime
from typing import Annotated, Literal

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
    """An edge to add or replace."""

    id: EdgeName
    base_url: Annotated[str, StringConstraints(pattern=r"^(https?://[^\s/]+)?$", max_length=200)]
    region: RegionName = "home"


class EdgeList(Message):
    """Every edge, healthy first."""

    edges: list[Edge]


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
