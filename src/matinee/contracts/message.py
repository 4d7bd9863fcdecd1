"""The base of every message that crosses a service's edge."""

from pydantic import BaseModel, ConfigDict


class Message(BaseModel):
    """An immutable value; unknown fields are ignored, so that old readers survive new writers."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Request(BaseModel):
    """A body sent by a client; an unknown field is refused, so that a typing error is heard."""

    model_config = ConfigDict(frozen=True, extra="forbid")
