"""Messages of `identity`: accounts, profiles and sessions."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, EmailStr, Field, StringConstraints

from matinee.contracts.message import Message, Request


def printable(text: str) -> str:
    """The text; ValueError if it holds control characters."""
    if not text.isprintable():
        msg = "must not contain control characters"
        raise ValueError(msg)
    return text


Password = Annotated[str, StringConstraints(min_length=8, max_length=128)]
ProfileName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=40),
    AfterValidator(printable),
]
AvatarName = Literal[
    "amber", "coral", "fern", "iris", "lagoon", "moss", "night", "plum", "rose", "slate"
]
MaturityAge = Literal[0, 6, 12, 16, 18]
Role = Literal["owner", "editor", "publisher", "support", "finance", "analyst"]


class SignUp(Request):
    """A new account; its first profile takes `profile_name`."""

    email: EmailStr
    password: Password
    profile_name: ProfileName


class SignIn(Request):
    """The credentials of an account."""

    email: EmailStr
    password: Annotated[str, StringConstraints(min_length=1, max_length=128)]


class RefreshSession(Request):
    """Asks for a new access token; `profile_id` picks who is watching from now on."""

    profile_id: UUID | None = None


class Profile(Message):
    """A person within an account, with a history and recommendations of their own."""

    id: UUID
    name: str
    avatar: AvatarName
    maturity_age: MaturityAge = Field(description="Highest age rating shown, in years")
    is_kids: bool
    language: str = Field(description="BCP 47 tag")


class ProfileDraft(Request):
    """A profile to make."""

    name: ProfileName
    avatar: AvatarName = "iris"
    maturity_age: MaturityAge = 18
    is_kids: bool = False
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"


class ProfileChange(Request):
    """What is to change in a profile; what is left out stays."""

    name: ProfileName | None = None
    avatar: AvatarName | None = None
    maturity_age: MaturityAge | None = None
    is_kids: bool | None = None
    language: (
        Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None
    ) = None


class Account(Message):
    """Who signed in."""

    id: UUID
    email: str
    roles: list[Role]
    created_at: datetime


class Session(Message):
    """What a client holds after signing in; the refresh secret travels in a cookie only."""

    access_token: str
    expires_at: datetime
    account: Account
    profiles: list[Profile]
    profile_id: UUID | None = Field(description="The profile that the access token speaks for")
    roles_rest: bool = Field(
        default=False, description="Roles wait until a second factor was set up or shown"
    )
