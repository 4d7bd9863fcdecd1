"""Sessions that have ended while access tokens of theirs have not: a list in the shared store.

Every process reads what is new on it every two seconds, when a token is looked at, and
keeps it in memory, so that checking a token costs no question. An entry goes when no
token of its session can be valid any more.
"""

import logging
import threading
from collections.abc import Collection
from typing import cast
from uuid import UUID

import redis

from matinee.kernel import clock, stores
from matinee.kernel.problems import Unavailable
from matinee.kernel.tokens import ACCESS_LIFETIME, LEEWAY, Caller

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
# Without news for so long, whoever may do harm waits until there are some.
BLIND_AFTER_S = 30.0
# What was written while another process read is read again.
_OVERLAP_S = 5.0
_KEPT_S = int((ACCESS_LIFETIME + 2 * LEEWAY).total_seconds()) + 60
_LIST = "ended-sessions"
# The store's own clock is the one that all machines agree on.
_TELL = """
local now = tonumber(redis.call('TIME')[1])
for at = 2, #ARGV do redis.call('ZADD', KEYS[1], now, ARGV[at]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[1]))
redis.call('EXPIRE', KEYS[1], ARGV[1])
"""


def tell(session_ids: Collection[UUID]) -> None:
    """Put sessions on the list; RedisError where the store does not take them."""
    if session_ids:
        told = [str(session_id) for session_id in session_ids]
        stores.connect().eval(_TELL, 1, _LIST, str(_KEPT_S), *told)


class EndedSessions:
    """What one process knows of the list."""

    def __init__(self) -> None:
        self._looking = threading.Lock()
        self._ended: dict[str, float] = {}
        self._newest_s = 0.0
        self._looked_s = self._known_s = float("-inf")

    def refuses(self, caller: Caller) -> bool:
        """Whether the session of a caller has ended.

        Unavailable for the staff and for clients of others while nothing was heard for
        long. Viewers go on: their tokens end within ten minutes by themselves.
        """
        self._look()
        if str(caller.session_id) in self._ended:
            return True
        may_harm = bool(caller.roles) or caller.scopes is not None
        is_blind = clock.monotonic_s() - self._known_s > BLIND_AFTER_S
        if may_harm and is_blind and not caller.is_operator:
            detail = "Who is signed in cannot be checked just now. Please try again soon."
            raise Unavailable("sessions_unchecked", detail)
        return False

    def _look(self) -> None:
        if clock.monotonic_s() - self._looked_s < LOOK_EVERY_S:
            return
        # Whoever comes while another thread looks goes by what is known; the first one waits.
        if not self._looking.acquire(blocking=self._looked_s == float("-inf")):
            return
        try:
            if clock.monotonic_s() - self._looked_s >= LOOK_EVERY_S:
                self._read()
        except redis.RedisError as error:
            log.warning("ended sessions cannot be read: %s", type(error).__name__)
        finally:
            self._looked_s = clock.monotonic_s()
            self._looking.release()

    def _read(self) -> None:
        since_s = self._newest_s - _OVERLAP_S
        rows = stores.connect().zrangebyscore(_LIST, since_s, "+inf", withscores=True)
        fresh = dict(cast("list[tuple[str, float]]", rows))
        self._newest_s = max(self._newest_s, *fresh.values(), 0.0)
        oldest_s = self._newest_s - _KEPT_S
        kept = {who: at_s for who, at_s in self._ended.items() if at_s >= oldest_s}
        self._ended = {**kept, **fresh}
        self._known_s = clock.monotonic_s()
