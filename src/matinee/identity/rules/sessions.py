"""Rules of sessions and of who may use their cookie, without I/O."""

import hashlib
import ipaddress
from collections.abc import Collection
from functools import lru_cache
from urllib.parse import urlsplit

# More places than this stay signed in nowhere near as often as a secret leaks.
SESSIONS_MAX = 50


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


# Each request asks several times.
@lru_cache(maxsize=256)
def network(address: str) -> str:
    """Whom tries are counted against: an IPv4 address, or the network of one IPv6 subscriber."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:  # noqa: PLR2004 - the protocol's name
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
