"""Rules of what staff may do, without I/O."""

from collections.abc import Collection, Iterable
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

StaffFactor = Literal["always", "unless_loopback"]


class InForce(NamedTuple):
    """The roles that an access token carries, and whether others wait for a second factor."""

    roles: frozenset[str]
    rest: bool


def roles_in_force(roles: Iterable[str], *, has_second_factor: bool, is_waived: bool) -> InForce:
    """What of an account's roles counts in a session: all, or none until a factor was shown."""
    given = frozenset(roles)
    if has_second_factor or is_waived or not given:
        return InForce(given, rest=False)
    return InForce(frozenset(), rest=True)


def is_waived(
    wanted: StaffFactor, *, listens_on_loopback: bool, url: str, loopback: Collection[str]
) -> bool:
    """Whether staff need no second factor: where nobody but this machine's users can come."""
    host = urlsplit(url).hostname or ""
    return wanted == "unless_loopback" and listens_on_loopback and host in loopback
