"""Who makes a request, and what that lets them do."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from matinee.kernel import clock
from matinee.kernel.problems import Forbidden, NotSignedIn

# Changes that a thief of an open page must not make want a proof as fresh as this.
STEP_UP_LASTS = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request, as an access token says.

    `authenticated_at` is the last time that somebody proved there who they are. `scopes` is
    None for our own pages, and says for a client of somebody else what it may do. `platform` is
    the kind of device that signed in (browser, tv or app), empty where nobody knows; `language`
    (BCP 47) is the profile's, empty without one.
    """

    account_id: UUID
    session_id: UUID
    profile_id: UUID | None = None
    maturity_age: int = 0
    roles: frozenset[str] = field(default_factory=frozenset)
    is_kids: bool = False
    authenticated_at: datetime | None = None
    client_id: str | None = None
    scopes: frozenset[str] | None = None
    platform: str = ""
    language: str = ""

    @property
    def is_operator(self) -> bool:
        """Whether it is the command line of this machine, which speaks for the nil account."""
        return self.account_id.int == 0

    def profile(self) -> UUID:
        """The profile that is watching; Forbidden if none was chosen."""
        if self.profile_id is None:
            code = "no_profile"
            raise Forbidden(code, "Choose who is watching first.")
        return self.profile_id

    def needs_role(self, *roles: str) -> None:
        """Forbidden unless the caller has one of `roles`; an owner has them all."""
        if not self.roles & {"owner", *roles}:
            code = "not_staff"
            raise Forbidden(code, f"This needs the role {' or '.join(roles)}.")

    def needs_step_up(self) -> None:
        """Forbidden unless somebody proved in the last five minutes who they are."""
        proven = self.authenticated_at
        if self.is_operator or (proven and proven + STEP_UP_LASTS > clock.now()):
            return
        detail = "Show that it is you: sign in again with your password or passkey, then repeat."
        raise Forbidden("step_up_needed", detail)


def bearer(header: str | None) -> str:
    """The token in an `Authorization` header; NotSignedIn if there is none."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        code = "not_signed_in"
        raise NotSignedIn(code, "Please sign in.")
    return token.strip()
