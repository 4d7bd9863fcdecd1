"""Rules of accounts and profiles, without I/O."""

import hashlib
import ipaddress
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from matinee.contracts.identity import MaturityAge
from matinee.kernel.problems import Conflict, Unprocessable

PROFILES_MAX = 5
KIDS_MATURITY_AGE_MAX: Final = 6
# More places than this stay signed in nowhere near as often as a secret leaks.
SESSIONS_MAX = 50


def normal_email(email: str) -> str:
    """The one spelling under which an address is kept and found."""
    return unicodedata.normalize("NFC", email.strip()).lower()


def free_slot(taken: Iterable[int]) -> int:
    """The lowest place for one more profile; Conflict when all are taken."""
    free = set(range(1, PROFILES_MAX + 1)) - set(taken)
    if not free:
        code = "too_many_profiles"
        detail = f"An account has at most {PROFILES_MAX} profiles. Remove one first."
        raise Conflict(code, detail)
    return min(free)


@dataclass(frozen=True)
class Ceiling:
    """How old one must be for what a profile is shown, and whether it is a kids profile."""

    maturity_age: MaturityAge
    is_kids: bool


def ceiling(maturity_age: MaturityAge | None, *, is_kids: bool, before: MaturityAge) -> Ceiling:
    """A profile's ceiling after a change; `maturity_age` None: not asked for, `before` counts.

    Making it a kids profile lowers the ceiling by itself. Unprocessable when a
    kids profile is asked to show more.
    """
    if not is_kids:
        return Ceiling(before if maturity_age is None else maturity_age, is_kids=False)
    if maturity_age is None:
        return Ceiling(min(before, KIDS_MATURITY_AGE_MAX), is_kids=True)
    if maturity_age > KIDS_MATURITY_AGE_MAX:
        code = "kids_ceiling"
        detail = (
            f"A kids profile shows titles rated up to {KIDS_MATURITY_AGE_MAX}. "
            "Choose a lower rating, or make it a profile for grown-ups."
        )
        raise Unprocessable(code, detail)
    return Ceiling(maturity_age, is_kids=True)


def digest(secret: str) -> bytes:
    """What is kept of a refresh secret, which is random enough to need no salt."""
    return hashlib.sha256(secret.encode()).digest()


def is_foreign(origin: str | None, own_hosts: Collection[str]) -> bool:
    """Whether a browser says that a page of somebody else sent the request."""
    if origin is None:
        return False
    try:
        host = urlsplit(origin).netloc
    except ValueError:
        return True
    return not host or host not in own_hosts


def network(address: str) -> str:
    """Whom tries are counted against: an IPv4 address, or the network of one IPv6 subscriber."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:  # noqa: PLR2004 - the protocol's name
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
