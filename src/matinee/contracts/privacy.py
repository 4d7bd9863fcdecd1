"""Messages of `identity` about what is kept of a person: a copy of it, and its end."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import EmailStr, Field

from matinee.contracts.message import Message, Request

ExportState = Literal["waiting", "ready", "failed"]


class Export(Message):
    """A copy of everything about an account: a zip that a person can read."""

    id: UUID
    state: ExportState
    asked_at: datetime
    ready_at: datetime | None
    expires_at: datetime = Field(description="When it is removed")
    size_bytes: int


class AskErasure(Request):
    """Ends the account for good; its own e-mail address says that it is meant."""

    confirm_email: EmailStr


class LookAtErasure(Request):
    """Asks how an erasure goes; there is no account any more that could sign in."""

    id: UUID
    secret: str = Field(min_length=20, max_length=100)


class Receipt(Message):
    """That a service has erased what it kept of an account, looked again, and found nothing."""

    service: str
    erased: int = Field(description="Rows that went")
    kept: str = Field(description="What must be kept, and why; empty: nothing")
    done_at: datetime


class Erasure(Message):
    """How the erasure of an account goes."""

    id: UUID
    secret: str | None = Field(description="With which to look again; told once")
    asked_at: datetime
    key_destroyed_at: datetime | None = Field(
        description="Since when nothing can be read that was sealed with the account's key"
    )
    waiting_for: list[str] = Field(description="Services that have not told yet")
    receipts: list[Receipt]
    is_done: bool
