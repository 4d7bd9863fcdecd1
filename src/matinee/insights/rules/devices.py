"""What kind of device a player runs on, as its `User-Agent` tells it."""

import re
from typing import Final, Literal

Device = Literal["tv", "phone", "tablet", "computer", "other"]

# The first that is found counts: televisions call themselves Linux or Android, too.
_SIGNS: Final[tuple[tuple[Device, re.Pattern[str]], ...]] = (
    (
        "tv",
        re.compile(
            r"\b(smart-?tv|googletv|apple ?tv|tizen|web0s|webos|roku|crkey|bravia|hbbtv|aft\w+"
            r"|viera|playstation|xbox|nintendo)\b",
            re.IGNORECASE,
        ),
    ),
    ("tablet", re.compile(r"\b(ipad|tablet|kindle|silk)\b", re.IGNORECASE)),
    ("phone", re.compile(r"\b(iphone|ipod|mobile|windows phone)\b", re.IGNORECASE)),
    # A browser of Android's that is no phone's does not say that it is mobile.
    ("tablet", re.compile(r"\bandroid\b", re.IGNORECASE)),
    ("computer", re.compile(r"\b(windows nt|macintosh|x11|cros|linux)\b", re.IGNORECASE)),
)
_LENGTH_READ = 400


def device_of(user_agent: str) -> Device:
    """The kind of device; `other` where nothing tells."""
    told = user_agent[:_LENGTH_READ]
    return next((device for device, sign in _SIGNS if sign.search(told)), "other")
