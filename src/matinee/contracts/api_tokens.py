"""Messages of `identity` about API tokens, which programs of the staff's show to get in."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from matinee.contracts.identity import printable
from matinee.contracts.message import Message, Request

ApiScope = Literal[
    "titles.read",
    "titles.write",
    "recommendations.read",
    "recommendations.write",
    "insights.read",
    "insights.write",
    "billing.read",
    "billing.write",
    "delivery.read",
    "delivery.write",
    "people.read",
    "people.write",
]
DAYS_MAX = 366


class ApiTokenDraft(Request):
    """A token to make; it can do what its maker's roles can, as far as its scopes reach."""

    name: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=60),
        AfterValidator(printable),
    ] = Field(description="What it is for, as in `nightly import`")
    scopes: Annotated[list[ApiScope], Field(min_length=1, max_length=12)]
    days: Annotated[int, Field(ge=1, le=DAYS_MAX)] = Field(
        default=90, description="How long it works"
    )


class ApiToken(Message):
    """A token as the list shows it."""

    id: UUID
    name: str
    owner: str = Field(description="E-mail address of whoever made it, whose roles it has")
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = Field(description="To some ten minutes; None: never")
    secret: str | None = Field(default=None, description="Only in the answer to its making")


class ApiScopeWords(Message):
    """A scope, and what it opens."""

    name: str
    words: str


class ApiTokens(Message):
    """The tokens that the caller may end: their own; an owner sees everybody's."""

    tokens: list[ApiToken]
    scopes: list[ApiScopeWords] = Field(description="What a token can be made for")


class TokenShown(Request):
    """An API token, to be exchanged for an access token."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=200)]
