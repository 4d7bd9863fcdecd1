"""Messages of `identity`: the ways in that an account has, and changing them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, EmailStr, Field, StringConstraints

from matinee.contracts.identity import Password, Session, TypedPassword, printable
from matinee.contracts.identity_sign_in import Credential, Ticket, TypedCode
from matinee.contracts.message import Message, Request

PasskeyName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60),
    AfterValidator(printable),
]


class Passkey(Message):
    """An authenticator that signs in to the account."""

    id: UUID
    name: str
    created_at: datetime
    used_at: datetime | None


class LinkedProvider(Message):
    """Somebody else's account that signs in to this one."""

    id: UUID
    provider: str
    name: str
    linked_at: datetime


class Security(Message):
    """The ways into an account."""

    email: str
    email_verified: bool
    has_password: bool
    totp: bool
    recovery_codes_left: int
    passkeys: list[Passkey]
    providers: list[LinkedProvider]
    needs_factor: bool = Field(description="Staff without a second factor")
    roles_rest: bool = Field(description="Roles wait until a second factor was shown")


class PasswordChange(Request):
    """A new password; `current` may be left out where the account has none."""

    current: TypedPassword | None = None
    new: Password
    end_sessions: bool = Field(default=True, description="Sign out everywhere else")


class EmailChange(Request):
    """Another address for the account, which a letter to it must confirm."""

    email: EmailStr


class TotpDraft(Message):
    """A secret for an authenticator app; it counts once a code of it was typed."""

    secret: str
    uri: str
    qr_svg: str = Field(description="`uri` as a QR code, a data: address")


class TotpConfirm(Request):
    """A code that the app shows; `end_sessions` signs out everywhere else."""

    code: TypedCode
    end_sessions: bool = True


class RecoveryCodes(Message):
    """Each signs in once in place of a second factor; they are shown this one time."""

    codes: list[str]


class FactorAdded(Message):
    """A new factor: the session goes on under another id, with recovery codes if there were none.

    `passkey` is the one that was added, if it was one.
    """

    codes: list[str]
    session: Session
    passkey: Passkey | None = None


class PasskeyNew(Request):
    """An authenticator's answer to the question of `passkeys/options`."""

    ticket: Ticket
    credential: Credential
    name: PasskeyName = "Passkey"
    end_sessions: bool = False


class PasskeyChange(Request):
    """Another name for a passkey."""

    name: PasskeyName
