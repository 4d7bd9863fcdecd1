"""Messages of `identity` about applications of others that act in a person's name (OAuth 2.0)."""

from datetime import datetime
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from matinee.contracts.message import Message, Request

ScopeName = Literal["catalogue", "profiles", "history", "watch"]
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_OWN_SCHEME_DOTS = 1


def _redirect(uri: str) -> str:
    """RFC 9700, section 2.1: exact addresses; https, an app's own scheme, or loopback."""
    parts = urlsplit(uri)
    if parts.fragment or "#" in uri:
        msg = "must not have a fragment"
        raise ValueError(msg)
    is_app = parts.scheme.count(".") >= _OWN_SCHEME_DOTS and not parts.netloc
    is_loopback = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not (is_app or is_loopback or (parts.scheme == "https" and parts.hostname)):
        msg = "must be https://…, an app's own scheme such as org.example.app:/back, or http://127.0.0.1"
        raise ValueError(msg)
    return uri


RedirectUri = Annotated[
    str,
    # What may stand in an address, without what has a meaning in headers and JSON.
    StringConstraints(max_length=500, pattern=r"^[A-Za-z0-9._~:/?\[\]@!$&()*+,;=%-]+$"),
    AfterValidator(_redirect),
]


class ClientDraft(Request):
    """An application to register."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    redirect_uris: Annotated[list[RedirectUri], Field(max_length=10)] = []
    scopes: Annotated[list[ScopeName], Field(min_length=1)]
    is_public: bool = Field(
        default=True,
        description="Runs where it cannot keep a secret: a page, a phone, a television",
    )
    is_device: bool = Field(
        default=False, description="Signs in by a code on a television (RFC 8628)"
    )

    @model_validator(mode="after")
    def _has_a_way_in(self) -> Self:
        if not self.redirect_uris and not self.is_device:
            msg = "give at least one redirect_uri, or say is_device"
            raise ValueError(msg)
        return self


class OAuthClient(Message):
    """A registered application."""

    id: UUID
    client_id: str
    name: str
    redirect_uris: list[str]
    scopes: list[ScopeName]
    is_public: bool
    is_device: bool
    created_at: datetime
    secret: str | None = Field(default=None, description="Shown once, when it is made")


class ConsentQuestion(Request):
    """What an application sent a browser here with: the page's address behind its `?`."""

    query: Annotated[str, StringConstraints(max_length=4000)]


class ConsentAnswer(ConsentQuestion):
    """Whether the application may."""

    is_allowed: bool


class AskedScope(Message):
    """Something that an application wants to do, and how to say it."""

    name: str
    words: str


class ConsentAsked(Message):
    """Who wants to do what in the caller's name, and where the browser goes afterwards."""

    client_name: str
    scopes: list[AskedScope]
    redirect_host: str


class ConsentGiven(Message):
    """Where the browser goes now."""

    url: str


class TokenAnswer(Message):
    """Tokens for an application (RFC 6749, section 5.1)."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    refresh_token: str | None = None
    scope: str


class DeviceAuthorization(Message):
    """RFC 8628, section 3.2."""

    device_code: str
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    expires_in: int
    interval: int


class OAuthError(Message):
    """Why there is no token (RFC 6749, section 5.2)."""

    error: str
    error_description: str | None = None
