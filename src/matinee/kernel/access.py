"""Who may use an operation: said once, where the operation is declared.

The HTTP edges check it before they read anything else of a request, and write it into the
service's document as `x-access`. What belongs to somebody is beside that looked for among
the caller's own: of others it does not exist.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from matinee.kernel import clock
from matinee.kernel.problems import Forbidden
from matinee.kernel.tokens import Caller

Who = Literal["anyone", "own_proof", "signed_in", "profile", "holder", "staff"]

# How long somebody who has signed in stands for the account before choosing who is watching.
_UNCHOSEN_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Access:
    """Who may use an operation; `roles` only for the staff."""

    who: Who
    roles: tuple[str, ...] = ()

    @property
    def needs_token(self) -> bool:
        """Whether an access token says who is calling."""
        return self.who not in {"anyone", "own_proof"}

    def check(self, caller: Caller) -> None:
        """Forbidden, with a sentence on what is missing, unless `caller` may."""
        match self.who:
            case "staff":
                caller.needs_role(*self.roles)
            case "profile":
                caller.profile()
            case "holder":
                _check_holder(caller)

    def document(self) -> dict[str, Any]:
        """The operation's `x-access`."""
        who: dict[str, Any] = {"who": self.who}
        return {**who, "roles": sorted({"owner", *self.roles})} if self.who == "staff" else who


# Whoever asks, signed in or not.
ANYONE = Access("anyone")
# What asks shows something else than an access token: a media, agent's or service token, a
# signature, a cookie. The operation itself checks it.
OWN_PROOF = Access("own_proof")
# Anybody with an account, whoever is watching.
SIGNED_IN = Access("signed_in")
# Whoever has said who is watching.
PROFILE = Access("profile")
# A grown-up of the account, who may see and change what concerns all of it.
HOLDER = Access("holder")


def staff(*roles: str) -> Access:
    """Members of the staff with one of these roles; owners always."""
    return Access("staff", roles)


def _check_holder(caller: Caller) -> None:
    if caller.is_kids:
        code = "kids_profile"
        raise Forbidden(code, "This is for grown-ups. Choose another profile first.")
    proven = caller.authenticated_at
    if proven is None or proven + _UNCHOSEN_FOR <= clock.now():
        caller.profile()
