"""What one step of signing in, signing up or changing leaves for the next; see `tickets`."""

from datetime import timedelta
from typing import ClassVar, Literal
from uuid import UUID

from matinee.identity.rules.letters import Notice
from matinee.identity.tickets import TicketFor

PasskeyPurpose = Literal["sign_in", "second", "step_up", "register"]


class SignUpDraft(TicketFor):
    """An account that is made once a letter to its address was opened; the password is a hash.

    `device` is the digest of the browser that asked for it.
    """

    kind: ClassVar[str] = "sign_up"

    email: str
    password: str
    profile_name: str
    device: str


class EmailToVerify(TicketFor):
    """An account's address, old or new, that a letter must be shown to reach."""

    kind: ClassVar[str] = "verify_email"

    account_id: UUID
    email: str
    is_new: bool


class ProfileToMove(TicketFor):
    """A profile that the reader of a letter may take into an account of their own."""

    kind: ClassVar[str] = "move_profile"

    profile_id: UUID
    account_id: UUID
    email: str


class Forgotten(TicketFor):
    """An address whose owner, if there is an account, wants a new password."""

    kind: ClassVar[str] = "forgotten"

    email: str


class PasswordToReset(TicketFor):
    """Who may choose a new password; void once it has changed otherwise."""

    kind: ClassVar[str] = "reset"

    account_id: UUID
    email: str
    password_mark: str


class ToldOf(TicketFor):
    """Something that an account's owner is told of."""

    kind: ClassVar[str] = "notice"

    email: str
    notice: Notice


class FirstStep(TicketFor):
    """Who has shown one factor and owes the second; perhaps to choose a new password."""

    kind: ClassVar[str] = "first_step"

    account_id: UUID
    password_mark: str
    new_password: str | None = None
    end_sessions: bool = False


class PasskeyQuestion(TicketFor):
    """A challenge that an authenticator is to sign; of nobody yet when somebody signs in by it."""

    kind: ClassVar[str] = "passkey"
    lifetime: ClassVar[timedelta] = timedelta(minutes=5)

    purpose: PasskeyPurpose
    challenge: str
    account_id: UUID | None = None


class ProviderVisit(TicketFor):
    """A visit to an external provider; `device` binds it to the browser that went there."""

    kind: ClassVar[str] = "provider"

    provider: str
    nonce: str
    verifier: str
    device: str
    link_to: UUID | None = None
