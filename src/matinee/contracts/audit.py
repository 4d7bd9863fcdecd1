"""Messages of `identity` about the audit log."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from matinee.contracts.message import Message


class AuditEntry(Message):
    """Something that was noted: who did what to whom."""

    number: int
    at: datetime
    service: str
    action: str
    account_id: UUID | None = Field(description="Who did it")
    email: str | None = Field(description="Of a member of the staff who did it")
    part: str = Field(description="The part of Matinee that did it, where it was no account")
    place: str = Field(description="The network that it came from")
    about: UUID | None = Field(description="The account that it was done to")
    facts: dict[str, bool | int | str]
    reason: str | None = Field(description="As given; unreadable once `about` was erased")


class ChainState(Message):
    """Whether the part of the chain that is shown hangs together, and what was signed last."""

    entries: int
    signed_until: int = Field(description="Number of the newest entry with a checkpoint")
    is_whole: bool
    trouble: str | None


class AuditPage(Message):
    """Some entries of the audit log, newest first; `before` asks for the next ones."""

    entries: list[AuditEntry]
    before: int | None
    chain: ChainState
