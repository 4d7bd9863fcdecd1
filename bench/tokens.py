"""What checking an access token costs: each request of every service pays for it.

The first time a token is seen its signature is checked; while it lives, what was proven is
remembered. Both are measured without a network, in time that the thread computed. Beside it
stands the bare library, with the same key and claims.
"""

import statistics
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import jwt

from bench.figures import Figure
from matinee.kernel import clock, ids
from matinee.kernel.tokens import EVERY_SERVICE, AccessTokens, Caller, signing

_TOKENS = 2_000
_TIMES_EACH = 20
_BATCH = 20
_US = 1_000_000


def measure() -> list[Figure]:
    """The medians, in microseconds a token."""
    with tempfile.TemporaryDirectory() as folder:
        tokens = AccessTokens(Path(folder))
        made = [tokens.issue(_somebody())[0] for _ in range(_TOKENS)]
        key = signing.public_key(tokens.ring.signing())
        bare = _median_us(lambda each: _decode(each, key), made)
        first = _median_us(lambda each: tokens.verify(each, "viewing"), made)
        again = _median_us(lambda each: tokens.verify(each, "viewing"), made * _TIMES_EACH)
    peer = {"PyJWT alone": bare}
    return [
        Figure("verifying a token that was seen before, median", again, "µs", "<= 60", peer),
        Figure("verifying a token for the first time, median", first, "µs", None, peer),
    ]


def _somebody() -> Caller:
    return Caller(ids.uuid7(), ids.uuid7(), ids.uuid7(), 18, authenticated_at=clock.now())


def _decode(token: str, key: object) -> None:
    jwt.decode(token, key, algorithms=["ES256"], audience=EVERY_SERVICE)  # type: ignore[arg-type]


def _median_us(check: Callable[[str], object], tokens: Iterable[str]) -> float:
    """By batches, since the clock's own call would count beside a single check."""
    waiting, costs = list(tokens), []
    for at in range(0, len(waiting), _BATCH):
        batch = waiting[at : at + _BATCH]
        began_s = clock.worked_s()
        for token in batch:
            check(token)
        costs.append((clock.worked_s() - began_s) / len(batch) * _US)
    return statistics.median(costs)
