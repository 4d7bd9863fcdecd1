"""How a refresh secret changes with each use, so that a stolen one is noticed; without I/O.

A secret is `<family>.<link>`. Each link follows from the one before by an HMAC, so that two
tabs that use one secret at the same moment are given the same next one. Who shows a link
that was followed longer ago than a moment holds a copy: the family ends for both (RFC 9700,
section 4.14.2).
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

# Two tabs that race, or an answer that got lost and is asked for again.
GRACE: Final = timedelta(seconds=20)

Verdict = Literal["turn", "keep", "again", "reused"]


class Secret(NamedTuple):
    """The two parts of a refresh secret."""

    family: str
    link: str

    def __str__(self) -> str:
        return f"{self.family}.{self.link}"

    def after(self, key: str) -> "Secret":
        """The secret that follows, which nobody can foretell without `key`."""
        made = hmac.new(key.encode(), self.link.encode(), hashlib.sha256).digest()
        return Secret(self.family, base64.urlsafe_b64encode(made).rstrip(b"=").decode())


class Links(NamedTuple):
    """What is kept of a family: digests of its newest link and of the one before."""

    newest: bytes
    before: bytes | None
    turned_at: datetime


def read(secret: str) -> Secret:
    """The parts of a secret as a client shows it; one without a dot is its own family."""
    family, _, link = secret.partition(".")
    return Secret(family, link or family)


def digest(text: str) -> bytes:
    """What is kept of a secret, which is random enough to need no salt."""
    return hashlib.sha256(text.encode()).digest()


def verdict(shown: Secret, kept: Links, now: datetime) -> Verdict:
    """What becomes of a family whose secret is shown.

    turn: its newest link is used up and the next one follows; keep: it is so new that it
    stays; again: its follower is given out once more; reused: the family ends.
    """
    found, is_fresh = digest(shown.link), now - kept.turned_at < GRACE
    if hmac.compare_digest(found, kept.newest):
        return "keep" if is_fresh else "turn"
    if is_fresh and kept.before is not None and hmac.compare_digest(found, kept.before):
        return "again"
    return "reused"
