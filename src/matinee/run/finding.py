"""What a look at the machine comes to."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """What was looked at, what was found, and how to mend it."""

    state: Literal["ok", "warn", "bad"]
    what: str
    found: str
    mend: str = ""
