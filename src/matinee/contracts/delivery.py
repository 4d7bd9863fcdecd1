"""Messages of `delivery`: edges and what is known of them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from matinee.contracts.message import Message, Request

EdgeHealth = Literal["up", "down", "unknown"]


class Edge(Message):
    """A host that serves media.

    `base_url` is absolute, without a trailing slash; empty means the service's own address.
    """

    id: str
    base_url: str
    region: str
    health: EdgeHealth
    latency_ms: float | None
    checked_at: datetime | None


class EdgeDraft(Request):
    """An edge to add or replace."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    base_url: Annotated[str, StringConstraints(pattern=r"^(https?://[^\s/]+)?$", max_length=200)]
    region: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")] = "home"


class EdgeList(Message):
    """Every edge, healthy first."""

    edges: list[Edge]


class SteeringManifest(Message):
    """What a player asks again every `ttl_s` (RFC 8216bis, section 7.1)."""

    version: Literal[1] = Field(default=1, alias="VERSION")
    ttl_s: int = Field(alias="TTL")
    reload_uri: str | None = Field(default=None, alias="RELOAD-URI")
    pathway_priority: list[str] = Field(alias="PATHWAY-PRIORITY")
