"""Tokens that an edge's nginx checks by itself, without asking anybody.

A media token opens one package for one play session; it stands in the path, so that
relative segment addresses carry it along. A fill token opens every package to one edge;
it is sent in a header.
"""

import base64
import hmac
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from matinee.kernel import clock
from matinee.kernel.key_rings import Key, KeyRing
from matinee.kernel.problems import Forbidden

MEDIA_LIFETIME = timedelta(minutes=15)
FILL_LIFETIME = timedelta(hours=24)
# A commercial network's program is changed by hand, as keys are: its token ends with its key.
PULL_LIFETIME = timedelta(days=3650)
# No package's name.
_EVERY_PACKAGE = "*"
# Lifetimes from five minutes on are stretched to round times.
_ROUND_FROM_S = 100
_TOKEN = re.compile(r"(k[0-9]{1,6})~([0-9]{1,12})~([0-9a-f]{32})~[A-Za-z0-9_-]{43}", re.ASCII)


class EdgeTokens:
    """Tokens that nginx checks on its own: `<kid>~<expiry>~<holder>~<signature>`.

    The signature, HMAC-SHA-256 over `<kid>~<expiry>~<holder>~<scope>`, is checked with the
    same ring of keys by `deploy/edge/media.js`. The parts are what CTA-5007 (common access
    tokens) calls kid, exp, cti and the path of catu.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def issue(
        self, holder: UUID, scope: str, lifetime: timedelta, until: datetime | None = None
    ) -> tuple[str, datetime]:
        """A token for `scope` and when it expires, which is never after `until`.

        A lifetime of minutes is stretched to a round time, up to a third more: whoever asks
        again within it gets the same token, which edges then know already.
        """
        expiry_s = int((clock.now() + lifetime).timestamp())
        step_s = int(lifetime.total_seconds()) // 3
        if step_s >= _ROUND_FROM_S:
            expiry_s = -(-expiry_s // step_s) * step_s
        if until is not None:
            expiry_s = min(expiry_s, int(until.timestamp()))
        return signed(self._ring.signing(), expiry_s, holder, scope), datetime.fromtimestamp(
            expiry_s, UTC
        )

    def verify(self, token: str, scope: str) -> UUID:
        """Whom a token for `scope` was given to; Forbidden if it is not valid now."""
        found = _TOKEN.fullmatch(token)
        key = found and self._ring.find(found[1])
        if not found or not key:
            raise Forbidden("media_token_wrong", "This media address is wrong. Press play again.")
        expected = signed(key, int(found[2]), UUID(found[3]), scope)
        if not hmac.compare_digest(expected.encode(), token.encode()):
            raise Forbidden("media_token_wrong", "This media address is wrong. Press play again.")
        if int(found[2]) <= clock.unix_s():
            raise Forbidden("media_token_expired", "This media address expired. Press play again.")
        return UUID(found[3])


def signed(key: Key, expiry_s: int, holder: UUID, scope: str) -> str:
    """The token itself."""
    stem = f"{key.kid}~{expiry_s}~{holder.hex}"
    digest = hmac.digest(key.secret.encode(), f"{stem}~{scope}".encode(), "sha256")
    return f"{stem}~{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


class MediaTokens:
    """Media tokens: each opens one package for one play session."""

    def __init__(self, secrets: Path) -> None:
        self.ring = KeyRing(secrets / "media_token_keys.json")
        self._tokens = EdgeTokens(self.ring)

    def issue(
        self,
        session_id: UUID,
        package: str,
        lifetime: timedelta = MEDIA_LIFETIME,
        until: datetime | None = None,
    ) -> tuple[str, datetime]:
        """A token for the package's folder and when it expires, which is never after `until`."""
        return self._tokens.issue(session_id, package, lifetime, until)

    def verify(self, token: str, package: str) -> UUID:
        """The play session of a token for the package; Forbidden if it is not valid now."""
        return self._tokens.verify(token, package)


class FillTokens:
    """Fill tokens: with one, an edge gets files of any package from another edge."""

    def __init__(self, secrets: Path) -> None:
        self.ring = KeyRing(secrets / "fill_token_keys.json")

    def issue(self, edge_id: UUID) -> str:
        """A token for an edge."""
        return fill_token(self.ring.signing(), edge_id)

    def issue_for_network(self, holder: UUID) -> str:
        """A token for a commercial network, which stands in the addresses that it asks for."""
        return _opening_all(self.ring.signing(), PULL_LIFETIME, holder)


def fill_token(key: Key, edge_id: UUID) -> str:
    """A token for an edge by a key that it was told."""
    return _opening_all(key, FILL_LIFETIME, edge_id)


def _opening_all(key: Key, lifetime: timedelta, holder: UUID) -> str:
    return signed(key, int((clock.now() + lifetime).timestamp()), holder, _EVERY_PACKAGE)
