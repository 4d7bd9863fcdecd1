"""The shared Redis or Valkey: connections, and limits that hold across processes."""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any, NamedTuple

import redis
from hiredis import pack_command
from redis.backoff import ConstantBackoff
from redis.exceptions import LockNotOwnedError, ResponseError
from redis.retry import Retry

from matinee.kernel import settings
from matinee.kernel.problems import TooMany, Unavailable

TIMEOUT_S = 2.0
_BEFORE_RETRY_S = 0.05

_MINUTES_FROM_S = 90

# Counts a try and sets the window's end with the first one, in one step; of several counts up to
# the first that is over, whose wait is told. Nought is told when none is.
_COUNT = """
for number, key in ipairs(KEYS) do
  local count = redis.call('INCR', key)
  if count == 1 then redis.call('EXPIRE', key, ARGV[1]) end
  if count > tonumber(ARGV[number + 1]) then return math.max(1, redis.call('TTL', key)) end
end
return 0
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


def answers_to(*commands: Sequence[str | int]) -> list[Any]:
    """The answers to commands that go in one message; where one was refused, its ResponseError.

    What a pipeline of the library's does at several times the price, for what a crowd waits for.
    RedisError where the store is away.
    """
    pool = connect().connection_pool
    connection = _taken(pool)
    # The library looks at each word of a command by itself, before it has them packed by this.
    words: list[Any] = [tuple(command) for command in commands]
    packed = b"".join(map(pack_command, words))

    def ask() -> list[Any]:
        connection.send_packed_command([packed])
        return [_answer_of(connection) for _ in commands]

    # Whatever else happens, it is not put back: somebody else would read what is still to come.
    answers: list[Any] = connection.retry.call_with_retry(
        ask, lambda _error: connection.disconnect()
    )
    _idle.append((pool, os.getpid(), connection))
    return answers


# Connections of `answers_to`, each read to its end. The library's pool asks the system at each turn
# whether there is anything left to read, and tells its listeners.
_idle: "deque[tuple[object, int, Any]]" = deque()


def _taken(pool: "redis.ConnectionPool") -> Any:
    """A connection that nobody else has; of another store, or a parent's, it would be none."""
    with suppress(IndexError):
        while True:
            of_pool, process, connection = _idle.pop()
            if of_pool is pool and process == os.getpid():
                return connection
    return pool.connection_class(**pool.connection_kwargs)


def _answer_of(connection: Any) -> object:
    try:
        answer: object = connection.read_response()
    except ResponseError as error:
        return error
    return answer


class Count(NamedTuple):
    """A count of tries, and how many there may be before whoever tries has to wait."""

    what: str
    who: str
    most: int

    @property
    def key(self) -> str:
        """Where it is kept."""
        return f"limit:{self.what}:{self.who}"


def limit(what: str, who: str, tries: int, window_s: int) -> None:
    """Count a try of `who`; TooMany with the time to wait when over `tries` in `window_s`.

    Unavailable when the store does not answer.
    """
    limit_each([Count(what, who, tries)], window_s)


def limit_each(counts: Sequence[Count], window_s: int) -> None:
    """Count a try in each of these, in order and in one step; as `limit` for the first over it.

    What comes after that one is not counted: whoever is stopped by the first uses up no other's.
    """
    keys, most = [each.key for each in counts], [each.most for each in counts]
    try:
        (wait_s,) = answers_to(("EVAL", _COUNT, len(keys), *keys, window_s, *most))
        if isinstance(wait_s, ResponseError):
            raise wait_s
    except redis.RedisError as error:
        # Without a count there is no limit, so nothing that needs one may go on.
        code = "store_down"
        raise Unavailable(code, "This does not work just now. Please try again soon.") from error
    if wait_s:
        code = "too_many_attempts"
        detail = f"Too many attempts. Please try again in {_spoken(wait_s)}."
        raise TooMany(code, detail, retry_after_s=wait_s)


def forgive(what: str, who: str) -> None:
    """Forget the tries of `who`, who has shown that they were honest ones."""
    forgive_each([Count(what, who, 0)])


def forgive_each(counts: Sequence[Count]) -> None:
    """Forget what was counted in each of these."""
    # Without a store they are forgotten at the window's end, as ever.
    with suppress(redis.RedisError):
        answers_to(("DEL", *(each.key for each in counts)))


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
