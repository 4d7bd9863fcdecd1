"""Messages of `identity`: signing in and signing up, in more than one step."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import EmailStr, Field, StringConstraints

from matinee.contracts.identity import Password, TypedPassword
from matinee.contracts.message import Message, Request

# What somebody can show beside a password.
FactorWay = Literal["totp", "passkey", "recovery_code"]
# A code from a letter, or the ticket of one step to the next.
Ticket = Annotated[str, StringConstraints(min_length=1, max_length=100)]
# What an authenticator's API answers, as the browser's `toJSON` writes it (WebAuthn, level 3).
Credential = Annotated[dict[str, Any], Field(max_length=16)]
# As it is typed, perhaps with spaces or dashes.
TypedCode = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class LetterSent(Message):
    """A letter is on its way to `email`, if there is something to write to it."""

    email: str
    expires_at: datetime = Field(description="Until when the code in it works")


class VerifySignUp(Request):
    """The code of the letter; the chosen password where it is opened in another browser."""

    code: Ticket
    password: TypedPassword | None = None


class VerifyEmail(Request):
    """The code of the letter."""

    code: Ticket


class ForgottenPassword(Request):
    """Asks for a letter with which a new password can be chosen."""

    email: EmailStr


class PasswordReset(Request):
    """A new password, by the code of the letter."""

    code: Ticket
    password: Password
    end_sessions: bool = Field(default=True, description="Sign out everywhere else")


class SecondFactorAsked(Message):
    """The password was right; one of `ways` is needed as well."""

    ticket: str
    ways: list[FactorWay]
    expires_at: datetime


class SecondFactor(Request):
    """Exactly one of the three, with the ticket of the first step.

    A passkey's answer belongs to the question of `sign-in/second/passkey`, whose ticket is
    `passkey_ticket`.
    """

    ticket: Ticket
    code: TypedCode | None = None
    recovery_code: TypedCode | None = None
    passkey_ticket: Ticket | None = None
    credential: Credential | None = None


class TicketShown(Request):
    """The ticket of the step before."""

    ticket: Ticket


class PasskeyAsked(Message):
    """What the browser is to ask an authenticator for, and the ticket that its answer needs."""

    ticket: str
    options: dict[str, Any] = Field(
        description="PublicKeyCredential…OptionsJSON of WebAuthn, for parse…OptionsFromJSON"
    )
    expires_at: datetime


class PasskeyShown(Request):
    """An authenticator's answer."""

    ticket: Ticket
    credential: Credential


class StepUp(Request):
    """Shows once more who is there: a passkey alone, or the password.

    An account with a second factor shows a code beside its password; one without a password
    shows the code alone.
    """

    password: TypedPassword | None = None
    code: TypedCode | None = None
    recovery_code: TypedCode | None = None
    passkey_ticket: Ticket | None = None
    credential: Credential | None = None


class ProviderWay(Message):
    """Somebody else who can say who is there."""

    id: str
    name: str


class SignInWays(Message):
    """How one can sign in and sign up here."""

    providers: list[ProviderWay]
    passkeys: bool = Field(description="Whether this address can have passkeys at all")
    verify_first: bool = Field(description="Whether a sign-up begins with a letter")


class ProviderVisit(Message):
    """Where the page is to go."""

    url: str


class ProviderReturn(Request):
    """What a provider sent the page back with."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=4096)]
    state: Ticket
