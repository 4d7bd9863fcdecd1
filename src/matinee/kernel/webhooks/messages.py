"""What the staff say and read of endpoints, whichever service tells them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, StringConstraints

Kind = Annotated[str, StringConstraints(pattern=r"^[a-z]+\.[a-z_]+$", max_length=40)]


class EndpointDraft(BaseModel):
    """An address to tell of what happens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: HttpUrl = Field(description="https://…; it gets signed POSTs (Standard Webhooks)")
    kinds: list[Kind] = Field(default=[], max_length=20, description="Empty: everything")


class Endpoint(BaseModel):
    """An address that is told of what happens."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    url: str
    kinds: list[str]
    is_paused: bool
    secret: str = Field(description="What its requests are signed with")


class Delivery(BaseModel):
    """How telling an endpoint went."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    message_id: UUID
    kind: str
    tries: int
    created_at: datetime
    taken_at: datetime | None
    next_at: datetime | None
    answer: str
