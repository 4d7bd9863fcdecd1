"""How a television asks to be let in (RFC 8628), without I/O."""

from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

# Letters that cannot be taken for each other, and spell no words (RFC 8628, section 6.1):
# 20 to the 8th is 34.6 bits.
LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
LETTERS_LENGTH: Final = 8
LIFETIME: Final = timedelta(minutes=10)
INTERVAL_S: Final = 5
_SLOWER_BY_S = 5  # section 3.5
_INTERVAL_S_MAX = 60

Outcome = Literal["waiting", "too_quick", "refused", "expired", "let_in"]


class Poll(NamedTuple):
    """What a television's question comes to, and how long it has to wait between two."""

    outcome: Outcome
    interval_s: int


class Asking(NamedTuple):
    """A television that waits, as it is kept."""

    expires_at: datetime
    polled_at: datetime | None
    interval_s: int
    is_allowed: bool | None
    is_used: bool


def shown(letters: str) -> str:
    """A code as a television shows it."""
    return f"{letters[:4]}-{letters[4:]}"


def poll(asking: Asking, now: datetime) -> Poll:
    """What a television is told that asks now; who asks too soon must wait longer from then on."""
    interval_s = asking.interval_s
    if asking.is_used or asking.expires_at <= now:
        return Poll("expired", interval_s)
    if asking.is_allowed is not None:
        return Poll("let_in" if asking.is_allowed else "refused", interval_s)
    # A second early is the network's doing.
    soonest = timedelta(seconds=interval_s - 1)
    if asking.polled_at is not None and now - asking.polled_at < soonest:
        return Poll("too_quick", min(interval_s + _SLOWER_BY_S, _INTERVAL_S_MAX))
    return Poll("waiting", interval_s)
