"""Messages of `identity`: who works here, and what support may look up and do."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, EmailStr, Field, StringConstraints

from matinee.contracts.identity import Role, printable
from matinee.contracts.message import Message, Request

Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=8, max_length=200),
    AfterValidator(printable),
]


class StaffMember(Message):
    """An account with roles."""

    account_id: UUID
    email: str
    roles: list[Role]
    second_factor: bool = Field(description="Without one, the roles rest")
    added_at: datetime


class Colleague(Message):
    """What the others call somebody who works here: the name of the account's first profile."""

    account_id: UUID
    name: str


class StaffDraft(Request):
    """The roles that an account is to have from now on, instead of those it had."""

    email: EmailStr
    roles: list[Role] = Field(min_length=1, max_length=6)


class AccountWanted(Request):
    """Asks for the account of exactly this address; the reason stays in the audit log."""

    email: EmailStr
    reason: Reason


class WithReason(Request):
    """Why something is done to somebody's account; stays in the audit log."""

    reason: Reason


class StudioSession(Message):
    """A device where an account is signed in."""

    id: UUID
    last_seen_at: datetime
    expires_at: datetime


class StudioAccount(Message):
    """An account as support sees it."""

    id: UUID
    email: str
    created_at: datetime
    is_disabled: bool
    profiles: int
    sessions: list[StudioSession]
