"""Connections that belong to no thread, lent for one of the statements that crowds wait for.

A server process that is asked again after seven others finds nothing of its own in a processor's
cache any more, and takes longer than one that is asked again at once. Most of the time one or two
threads wait for such a statement: each is lent the connection that was given back last, so that
one or two server processes do all of it.
"""

import os
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import cast

from django.db import connections

from matinee.kernel.postgres.base import DatabaseWrapper, own_wrappers

_Idle = tuple[int, DatabaseWrapper]

# By service; each with the process that opened it, as a child's it would be none.
_idle: "defaultdict[str, deque[_Idle]]" = defaultdict(deque)


@contextmanager
def lent(service: str) -> Iterator[DatabaseWrapper]:
    """A connection to a service's database that nobody else has meanwhile, outside transactions."""
    wrapper = _taken(service)
    try:
        wrapper.close_if_health_check_failed()
        wrapper.ensure_connection()
        yield wrapper
    finally:
        # One that broke, or is too old, is opened anew by whoever takes it next.
        wrapper.close_if_unusable_or_obsolete()
        _idle[service].append((os.getpid(), wrapper))


def close_idle() -> None:
    """Close what nobody has just now."""
    for idle in _idle.values():
        for _, wrapper in _all_of(idle):
            wrapper.close()


def _taken(service: str) -> DatabaseWrapper:
    for process, wrapper in _all_of(_idle[service]):
        if process == os.getpid():
            return wrapper
    return _made(service)


def _all_of(idle: "deque[_Idle]") -> Iterator[_Idle]:
    """Those that are there, taken away one by one, the last one first; other threads do so, too."""
    with suppress(IndexError):
        while True:
            yield idle.pop()


def _made(service: str) -> DatabaseWrapper:
    made = cast("DatabaseWrapper", connections.create_connection(service))
    # No thread looks after it, and any thread may use it.
    own_wrappers().remove(made)
    made.inc_thread_sharing()
    return made
