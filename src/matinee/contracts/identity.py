"""Messages of `identity`: accounts, profiles and sessions."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from email_validator import SPECIAL_USE_DOMAIN_NAMES
from pydantic import (
    AfterValidator,
    EmailStr,
    Field,
    StringConstraints,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from matinee.contracts.message import Message, Request, Unkept


def printable(text: str) -> str:
    """The text; ValueError if it holds control characters."""
    if not text.isprintable():
        msg = "must not contain control characters"
        raise ValueError(msg)
    return text


# What nearly everybody's address is made of.
_PLAIN = re.compile(
    r"(?=.{1,64}@)(?=.{1,254}$)[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9]{1,63}\.){1,3}([a-z]{2,63})"
)
_SPECIAL = frozenset(name.rpartition(".")[2] for name in SPECIAL_USE_DOMAIN_NAMES)


def _looked_at(told: Any, look: ValidatorFunctionWrapHandler) -> str:
    plain = _PLAIN.fullmatch(told) if isinstance(told, str) else None
    read: str = told if plain and plain[1] not in _SPECIAL else look(told)
    return read


Address = Annotated[EmailStr, WrapValidator(_looked_at)]
"""An address of e-mail; a plain one is seen to be one, at a tenth of what the library takes."""
Password = Annotated[str, StringConstraints(min_length=8, max_length=128), Unkept()]
TypedPassword = Annotated[str, StringConstraints(min_length=1, max_length=128), Unkept()]
ProfileName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=40),
    AfterValidator(printable),
]
AvatarName = Literal[
    "amber", "coral", "fern", "iris", "lagoon", "moss", "night", "plum", "rose", "slate"
]
# From which age something is fit to be seen, in years: fine enough for every rating system.
MATURITY_AGE_MAX = 18
MaturityAge = Annotated[int, Field(ge=0, le=MATURITY_AGE_MAX)]
Pin = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Role = Literal["owner", "editor", "publisher", "support", "finance", "analyst"]


class SignUp(Request):
    """A new account; its first profile takes `profile_name`."""

    email: EmailStr
    password: Password
    profile_name: ProfileName


class SignIn(Request):
    """The credentials of an account."""

    email: Address
    password: TypedPassword


class RefreshSession(Request):
    """Asks for a new access token; `profile_id` picks who is watching from now on.

    A profile with a PIN is entered with it, and stays entered in this session.
    """

    profile_id: UUID | None = None
    pin: Pin | None = None


class Profile(Message):
    """A person within an account, with a history and recommendations of their own."""

    id: UUID
    name: str
    avatar: AvatarName
    maturity_age: MaturityAge = Field(description="Highest age rating shown, in years")
    is_kids: bool
    language: str = Field(description="BCP 47 tag")
    has_pin: bool = Field(default=False, description="Whether entering it takes a PIN")


class ProfileDraft(Request):
    """A profile to make."""

    name: ProfileName
    avatar: AvatarName = "iris"
    maturity_age: MaturityAge = 18
    is_kids: bool = False
    language: Language = "en"
    pin: Pin | None = Field(default=None, description="Where the account wants one for adding")


class ProfileChange(Request):
    """What is to change in a profile; what is left out stays."""

    name: ProfileName | None = None
    avatar: AvatarName | None = None
    maturity_age: MaturityAge | None = None
    is_kids: bool | None = None
    language: Language | None = None


class Account(Message):
    """Who signed in."""

    id: UUID
    email: str | None = Field(description="Not told to a kids profile")
    roles: list[Role]
    created_at: datetime
    adding_needs_pin: bool = Field(default=False, description="Adding a profile takes a PIN")


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
