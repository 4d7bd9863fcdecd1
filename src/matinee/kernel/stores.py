"""The shared Redis or Valkey: connections, and limits that hold across processes."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache

import redis
from redis.backoff import ConstantBackoff
from redis.exceptions import LockNotOwnedError
from redis.retry import Retry

from matinee.kernel import settings
from matinee.kernel.problems import TooMany, Unavailable

TIMEOUT_S = 2.0
_BEFORE_RETRY_S = 0.05

_MINUTES_FROM_S = 90

# Counts a try and sets the window's end with the first one, in one step.
_COUNT = """
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return {count, redis.call('TTL', KEYS[1])}
"""

# A window that has ended meanwhile must not begin again, below nought and without an end.
_TAKE_BACK = "if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('DECR', KEYS[1]) end"


@lru_cache(maxsize=1)
def connect() -> "redis.Redis":
    """Share this process's connection pool; every call has a time-out."""
    return open_store(settings.get().redis)


def open_store(url: str) -> "redis.Redis":
    """Make a connection pool. A call is tried once more, should its connection have grown stale."""
    return redis.Redis.from_url(
        url,
        socket_timeout=TIMEOUT_S,
        socket_connect_timeout=TIMEOUT_S,
        # The library's own default keeps a caller waiting for seconds while the store is away.
        retry=Retry(ConstantBackoff(_BEFORE_RETRY_S), retries=1),
        max_connections=64,
        decode_responses=True,
    )


def limit(what: str, who: str, tries: int, window_s: int) -> None:
    """Count a try of `who`; TooMany with the time to wait when over `tries` in `window_s`.

    Unavailable when the store does not answer.
    """
    try:
        count, left_s = connect().eval(_COUNT, 1, f"limit:{what}:{who}", window_s)
    except redis.RedisError as error:
        # Without a count there is no limit, so nothing that needs one may go on.
        code = "store_down"
        raise Unavailable(code, "This does not work just now. Please try again soon.") from error
    if int(count) > tries:
        wait_s = max(1, int(left_s))
        code = "too_many_attempts"
        detail = f"Too many attempts. Please try again in {_spoken(wait_s)}."
        raise TooMany(code, detail, retry_after_s=wait_s)


def forgive(what: str, who: str) -> None:
    """Forget the tries of `who`, who has shown that they were honest ones."""
    # Without a store they are forgotten at the window's end, as ever.
    with suppress(redis.RedisError):
        connect().delete(f"limit:{what}:{who}")


def take_back(what: str, who: str) -> None:
    """Count the last try of `who` as none: it was right, and only wrong ones are limited."""
    with suppress(redis.RedisError):
        connect().eval(_TAKE_BACK, 1, f"limit:{what}:{who}")


@contextmanager
def alone(what: str, longest_s: float) -> Iterator[bool]:
    """Whether nobody else does it just now; nobody will until the end, or for so long."""
    lock = connect().lock(what, timeout=longest_s)
    is_alone = bool(lock.acquire(blocking=False))
    try:
        yield is_alone
    finally:
        if is_alone:
            with suppress(LockNotOwnedError):  # it took longer, and another worker has begun
                lock.release()


def _spoken(wait_s: int) -> str:
    minutes = -(-wait_s // 60)
    return f"{wait_s} seconds" if wait_s < _MINUTES_FROM_S else f"{minutes} minutes"
