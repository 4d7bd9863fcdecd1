"""What is kept of a device that signs in, and what it is called; without I/O."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from matinee.contracts.sessions import DeviceClass

NAME_LENGTH_MAX: Final = 120
PLACE_LENGTH_MAX: Final = 60

# What a browser calls itself -> what people call it; the first that is found counts, as most
# name several (RFC 9110, section 10.1.5, has no order; each of these excludes those below).
_PROGRAMS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    (r"Tizen", "a Samsung television"),
    (r"Web0S|WebOS", "an LG television"),
    (r"AFT[A-Z]", "Fire TV"),
    (r"Android.*\bTV\b|BRAVIA|GoogleTV", "Android TV"),
    (r"CrKey", "Chromecast"),
    (r"PlayStation", "PlayStation"),
    (r"Xbox", "Xbox"),
    (r"iPad", "iPad"),
    (r"iPhone", "iPhone"),
    (r"Android", "Android"),
    (r"CrOS", "ChromeOS"),
    (r"Windows", "Windows"),
    (r"Macintosh|Mac OS X", "Mac"),
    (r"Linux", "Linux"),
)
_AGENT_READ_MAX = 400


class Device(NamedTuple):
    """What a device says of itself, and where it was seen."""

    device_class: DeviceClass = "browser"
    name: str = ""
    place: str = ""


def name_of(agent: str) -> str:
    """What people call the browser and the system of a `User-Agent`; empty if it says neither."""
    return _name_of(agent[:_AGENT_READ_MAX])


# Browsers are as many as their releases.
@lru_cache(maxsize=1024)
def _name_of(told: str) -> str:
    program = next((name for mark, name in _PROGRAMS if mark in told), "")
    system = next((name for mark, name in _SYSTEMS if re.search(mark, told)), "")
    return f"{program} on {system}" if program and system else program or system


def place_of(country: str, network: str) -> str:
    """Where a device is: its country where a proxy tells it, and its network."""
    return ", ".join(part for part in (country, network) if part)[:PLACE_LENGTH_MAX]
