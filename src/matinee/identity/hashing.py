"""Where passwords are hashed: in a program beside this process, which yields to all else.

A hash costs some fifteen milliseconds of a core and 19 MiB. In threads of this process it would
be computed without the interpreter's lock, but a thread of low priority that then comes back for
the lock is given it long before it is given a core, and all who answer requests wait for it. So
the program has an interpreter of its own (`hasher`). It is there while there are passwords. Only
so many may wait for it that threads remain for other requests.
"""

import atexit
import base64
import os
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from matinee.identity import settings
from matinee.kernel.load.budgets import LONGEST_S
from matinee.kernel.problems import Unavailable

R = TypeVar("R")

# A web process answers eight requests at once; half of them stay for others.
SEATS = 4
PROGRAM = "matinee.identity.hasher"
# Argon2 reads all over its memory: looking up where its pages are takes a tenth of the time unless
# they are large. glibc asks for large ones in the memory that all threads share, and gives it back
# when nothing is hashed (its manual, "Memory Allocation Tunables"; others do not know the words).
IN_LARGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1"}
_RIGHT = b"right\n"
_RETRY_AFTER_S = 1
_END_S = 10.0


class Seat:
    """A line to the program, on which an order is answered before the next one."""

    def __init__(self, line: socket.socket) -> None:
        line.settimeout(LONGEST_S)
        # What is read and written goes on after that, and closes it in the end.
        with line:
            self._orders = line.makefile("rwb")

    def hashed(self, word: str, passes: int, kib: int) -> str:
        """Argon2id of a word, in the form in which it is kept (the PHC string format)."""
        return self._ask(b"hash %d %d " % (passes, kib), word).decode().rstrip()

    def is_right(self, word: str, kept: str) -> bool:
        """Whether a hash in that form is of this word."""
        return self._ask(b"check %s " % kept.encode(), word) == _RIGHT

    def _ask(self, order: bytes, word: str) -> bytes:
        self._orders.write(order + base64.b64encode(word.encode()) + b"\n")
        self._orders.flush()
        said = self._orders.readline()
        if not said.endswith(b"\n"):
            msg = "the program that hashes passwords has ended"
            raise BrokenPipeError(msg)
        return said


class _Program:
    """The program while it runs, and the seats at it that are free."""

    def __init__(self) -> None:
        at_once = settings.get().hash_threads or len(os.sched_getaffinity(0))
        lines = [socket.socketpair() for _ in range(SEATS)]
        theirs = [there.fileno() for _, there in lines]
        self.free: queue.SimpleQueue[Seat] = queue.SimpleQueue()
        self._owner = os.getpid()
        self._process = subprocess.Popen(  # noqa: S603 - our own program, and numbers
            [sys.executable, "-m", PROGRAM, *map(str, (min(SEATS, at_once), *theirs))],
            stdin=subprocess.DEVNULL,
            # It is told nothing else, least of all what is secret.
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **IN_LARGE_PAGES},
            cwd="/",
            pass_fds=theirs,
            start_new_session=True,
        )
        for here, there in lines:
            there.close()
            self.free.put(Seat(here))
        atexit.register(self.end)

    def runs(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def end(self) -> None:
        """End it, unless another process began it; whoever waits for it hears that."""
        if os.getpid() == self._owner:
            atexit.unregister(self.end)
            self._process.kill()
            self._process.wait(_END_S)


_starting = threading.Lock()
_of_process: dict[int, _Program] = {}


def aside(work: Callable[[Seat], R]) -> R:
    """What `work` returns, who is given a seat; Unavailable at once while all are taken.

    Also where the program does not answer for as long as anybody waits. `work` is begun again where
    the program ends meanwhile.
    """
    try:
        with suppress(ConnectionError):
            return _seated(work)
        return _seated(work)
    except OSError as error:
        raise _busy() from error


def refuse_crowd() -> None:
    """Unavailable while all seats are taken: before a try is counted that nobody looks at."""
    if _running().free.empty():
        raise _busy()


def _seated(work: Callable[[Seat], R]) -> R:
    """What `work` returns; OSError where the program does not answer, which is ended then."""
    program = _running()
    try:
        seat = program.free.get_nowait()
    except queue.Empty:
        raise _busy() from None
    try:
        return work(seat)
    except OSError:
        program.end()
        raise
    finally:
        program.free.put(seat)


def _running() -> _Program:
    """The program of this process, which is started where it does not run."""
    with _starting:
        program = _of_process.get(os.getpid())
        if program is None or not program.runs():
            program = _of_process[os.getpid()] = _Program()
    return program


def _busy() -> Unavailable:
    code = "busy"
    detail = "Many people sign in just now. Please try again in a moment."
    return Unavailable(code, detail, retry_after_s=_RETRY_AFTER_S)
