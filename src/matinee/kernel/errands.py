"""On whose errand a thread works just now: that of a request, or of what followed from one.

An errand goes from nginx through services, outboxes and workers, and has one id all the way:
log lines name it, answers carry it, and whoever reports a failure can tell it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from matinee.kernel import ids
from matinee.kernel.tracing.traceparent import Traceparent

ID_HEADER = "X-Request-ID"
TRACE_HEADER = "traceparent"
_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_BETWEEN = "/"


@dataclass(slots=True)
class Errand:
    """What belongs together.

    `id` is 32 hexadecimal digits, as nginx makes them. `trace` is there only where somebody
    looks on, and says what the next span belongs to; `account_id` once it is known who asks.
    """

    id: str
    trace: Traceparent | None = None
    account_id: UUID | None = None


_current: ContextVar[Errand | None] = ContextVar("errand", default=None)


def current() -> Errand | None:
    """The errand that this thread is on."""
    return _current.get()


def made(told: str | None) -> Errand:
    """An errand with the id that was told, or with one of its own where that is none."""
    return Errand(told if told and _ID.fullmatch(told) else ids.random_uuid().hex)


def begin(errand: Errand) -> Token[Errand | None]:
    """Be on an errand in this thread until `end`; for edges, which are always in a hurry."""
    return _current.set(errand)


def end(token: Token[Errand | None]) -> None:
    """Go on with what this thread did before."""
    _current.reset(token)


@contextmanager
def doing(errand: Errand) -> Iterator[None]:
    """Be on an errand in this thread."""
    token = begin(errand)
    try:
        yield
    finally:
        end(token)


def know_account(account_id: UUID) -> None:
    """It has turned out who asks."""
    errand = _current.get()
    if errand is not None:
        errand.account_id = account_id


def carried() -> str | None:
    """The errand as one word, for whoever goes on with it elsewhere; None without one."""
    errand = _current.get()
    if errand is None:
        return None
    return errand.id if errand.trace is None else f"{errand.id}{_BETWEEN}{errand.trace}"


def of_carried(word: Any) -> Errand:
    """The errand that `carried` put into a word; a new one if it is none."""
    told, _, trace = word.partition(_BETWEEN) if isinstance(word, str) else ("", "", "")
    errand = made(told)
    errand.trace = Traceparent.of(trace)
    return errand


def is_followed(word: Any) -> bool:
    """Whether somebody looks on, on the errand that `carried` put into a word."""
    return isinstance(word, str) and _BETWEEN in word


def headers() -> dict[str, str]:
    """What a request to another service says of the errand."""
    errand = _current.get()
    if errand is None:
        return {}
    told = {ID_HEADER: errand.id}
    if errand.trace is not None:
        told[TRACE_HEADER] = str(errand.trace)
    return told
