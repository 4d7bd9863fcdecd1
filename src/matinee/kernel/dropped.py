"""What a worker that died had taken from the broker: put back, so that another one does it.

Celery's Redis transport keeps what workers took and have not done in one place, and gives it back
after a time in which the longest task must fit: half a day. Here each worker has a place of its
own, and says every few seconds that it lives. Who starts under a name, or gets its connection
back, puts back what is left under that name; and what belongs to one that was not heard of for
long enough is put back by any other that did not itself come (back) a moment ago: when the broker
was away, nobody was heard. A task may so be done twice, never not at all.
"""

import json
import logging
from collections.abc import Collection
from typing import Any, cast

from redis import Redis, RedisError

from matinee.kernel import stores

log = logging.getLogger(__name__)

SAYS_EVERY_S = 2.0
# By the store's own clock, which is one for all hosts. A loop that is held up for longer has its
# tasks done twice, which they stand.
SILENT_FOR_S = 10.0
_AT_ONCE = 100

# One task: from the taken ones to the head of its queue, in one step or not at all.
_PUT_BACK = """
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('RPUSH', KEYS[3], ARGV[2])
return 1
"""


class Taken:
    """What one worker has taken, by the name of that worker."""

    def __init__(self, name: str, prefix: str, silent_for_s: float = SILENT_FOR_S) -> None:
        self._name = name
        self._prefix = prefix
        self._silent_for_s = silent_for_s
        self._heard_s: int | None = None
        self._steady_since_s = 0
        self._workers = f"{prefix}workers"

    def options(self) -> dict[str, str]:
        """How the transport is told to keep it there."""
        hash_key, index_key = _keys(self._name)
        return {"unacked_key": hash_key, "unacked_index_key": index_key}

    def live(self) -> None:
        """Say that this worker lives, and put back what silent ones had; it does not raise."""
        try:
            store = stores.connect()
            now_s = int(store.time()[0])
            store.zadd(self._workers, {self._name: now_s})
            if not self._was_there(now_s):
                return
            silent = store.zrangebyscore(self._workers, "-inf", now_s - self._silent_for_s, 0, 10)
            for name in cast("list[str]", silent):
                put_back(store, name, self._prefix)
                store.zrem(self._workers, name)
        except RedisError as error:
            log.warning("what silent workers had is not looked for: %s", error)

    def _was_there(self, now_s: int) -> bool:
        """Whether this worker spoke all the time in which it would have heard others."""
        before_s, self._heard_s = self._heard_s, now_s
        if before_s is None or now_s - before_s > self._silent_for_s / 2:
            self._steady_since_s = now_s
        return now_s - self._steady_since_s >= self._silent_for_s

    def take_back(self, busy_with: Collection[str] = ()) -> None:
        """Put back what a predecessor had, or this worker before it lost its connection.

        Those that it is `busy_with` (delivery tags) it goes on with.
        """
        try:
            put_back(stores.connect(), self._name, self._prefix, busy_with)
        except RedisError as error:
            log.warning("what was taken before is not put back: %s", error)


def put_back(store: "Redis", name: str, prefix: str, kept: Collection[str] = ()) -> int:
    """Put what a worker had taken back into its queues, all but those `kept`; how many."""
    hash_key, index_key = (f"{prefix}{key}" for key in _keys(name))
    count = 0
    for tag, text in store.hscan_iter(hash_key, count=_AT_ONCE):
        if tag not in kept:
            message, _, queue = json.loads(text)
            keys = (hash_key, index_key, f"{prefix}{queue}")
            count += int(store.eval(_PUT_BACK, 3, *keys, tag, json.dumps(_marked(message))))
    if count:
        log.warning("%d tasks that %s had taken are put back", count, name)
    return count


def _keys(name: str) -> tuple[str, str]:
    return f"unacked.{name}", f"unacked_index.{name}"


def _marked(message: dict[str, Any]) -> dict[str, Any]:
    """The message, saying that it comes again."""
    message["headers"]["redelivered"] = True
    message["properties"]["delivery_info"]["redelivered"] = True
    return message
