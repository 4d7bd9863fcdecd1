"""Messages of `identity` about devices that are signed in, and about letting a television in."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints

from matinee.contracts.message import Message, Request
from matinee.kernel.events import Event

DeviceClass = Literal["browser", "tv", "app"]
EndReason = Literal[
    "signed_out",  # there, by whoever uses it
    "ended_elsewhere",  # by its owner, from another device
    "renewed",  # the device stays signed in, under a new id
    "reused",  # an old secret came back: one of two who hold it has stolen it
    "expired",
    "displaced",  # too many devices
    "password_changed",
    "factor_changed",
    "profile_locked",
    "profile_removed",  # or moved to an account of its own
    "account_disabled",
    "account_erased",
    "ended_by_staff",
    "client_removed",
    "code_reused",
    "token_ended",  # of a program
]


class SessionEnded(Event):
    """identity: a device is signed in no longer, or goes on as `replaced_by`."""

    type: ClassVar[str] = "session.ended"
    account_id: UUID
    session_id: UUID
    reason: EndReason
    replaced_by: UUID | None = None


class SignedInDevice(Message):
    """A place where the account is signed in."""

    id: UUID
    name: str = Field(description="As the device says of itself, as in `Firefox on Linux`")
    device_class: DeviceClass
    place: str = Field(description="Country, or network, that it was last seen in")
    signed_in_at: datetime
    last_seen_at: datetime
    is_current: bool
    client_name: str | None = Field(description="The application of somebody else, if it is one")


class EndSessions(Request):
    """Sign out everywhere, or everywhere but here."""

    others_only: bool


DeviceName = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$")
]


def _typed(code: object) -> object:
    """A code as people type it, without spaces, dashes and capitals."""
    if not isinstance(code, str) or len(code) > _TYPED_MAX:
        return code
    letters = "".join(each for each in code.upper() if each.isalnum())
    return f"{letters[:4]}-{letters[4:]}"


_TYPED_MAX = 40
UserCode = Annotated[
    str,
    BeforeValidator(_typed),
    StringConstraints(pattern=r"^[A-Z0-9]{4}-[A-Z0-9]{4}$"),
    Field(description="Eight letters, as a television shows them", examples=["BCDF-GHJK"]),
]
DeviceSecret = Annotated[str, StringConstraints(min_length=20, max_length=200)]


class DeviceCodeWish(Request):
    """A television's wish to be signed in; `device_name` is what its owner will be shown."""

    device_name: DeviceName = ""


class DeviceCode(Message):
    """What a television shows, and what it asks with (RFC 8628, section 3.2)."""

    device_code: str = Field(description="For the television alone")
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    qr_svg: str = Field(description="`verification_uri_complete` as a QR code, a data: address")
    expires_at: datetime
    interval_s: int = Field(description="Ask no more often than this")


class DevicePoll(Request):
    """A television asks whether it was let in."""

    device_code: DeviceSecret


class DeviceLook(Request):
    """Somebody typed a television's code and wants to see whose it is."""

    user_code: UserCode


class DeviceAsked(Message):
    """Who asks to be let in."""

    user_code: str
    device_name: str
    place: str
    is_same_place: bool = Field(description="Whether both are in the same network")
    client_name: str | None = Field(description="The application of somebody else, if it is one")
    scopes: list[str] = Field(description="What that application could do, in sentences")
    asked_at: datetime
    expires_at: datetime


class DeviceAnswer(Request):
    """Whether a television is let in."""

    user_code: UserCode
    is_allowed: bool
