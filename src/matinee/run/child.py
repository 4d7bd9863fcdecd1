"""One program below the supervisor: what it says, and how it ends.

Both work for a program that this very process started and for one that it took over from the
release before, which it has become (`handover`): all that is needed is its number and the end of
the pipe into which it speaks.
"""

import asyncio
import contextlib
import os
import subprocess
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from matinee.run import spawning
from matinee.run.output import lines_of

_CHUNK_BYTES = 64 * 1024


class Child:
    """A running program; `said_fd` is where it is heard, below zero when all was said."""

    def __init__(self, pid: int, said_fd: int, end: Callable[[], int] | None = None) -> None:
        self.pid = pid
        self.said_fd = said_fd
        self.returncode: int | None = None
        self._loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        # Waiting for a process blocks a thread each; they are as few as the machine's processes.
        threading.Thread(target=self._stay, args=(end or self._reaped,), daemon=True).start()

    async def wait(self) -> int:
        """Wait for its end; the exit code, or the signal's number below zero."""
        await self._ended.wait()
        return self.returncode or 0

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    async def lines(self) -> AsyncIterator[list[str]]:
        """What it says, some lines at a time, until nobody can say anything there any more."""
        if self.said_fd < 0:
            return
        reader = asyncio.StreamReader(loop=self._loop)
        pipe = os.fdopen(self.said_fd, "rb", 0)
        transport, _ = await self._loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), pipe
        )
        try:
            pending = b""
            while chunk := await reader.read(_CHUNK_BYTES):
                lines, pending = lines_of(pending, chunk)
                yield lines
            if pending:
                yield [pending.decode(errors="replace")]
        finally:
            self.said_fd = -1
            transport.close()

    def _stay(self, end: Callable[[], int]) -> None:
        code = end()
        with contextlib.suppress(RuntimeError):  # the supervisor's loop is over
            self._loop.call_soon_threadsafe(self._note, code)

    def _note(self, code: int) -> None:
        self.returncode = code
        self._ended.set()

    def _reaped(self) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def start(
    command: Sequence[str], env: Mapping[str, str], options: Mapping[str, Any], nice: int = 0
) -> Child:
    """Start a program; `options` are those of `spawning`."""
    said, says = os.pipe()
    try:
        started = subprocess.Popen(
            command,
            cwd="/",
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=says,
            stderr=says,
            **options,
        )
    except BaseException:
        os.close(said)
        raise
    finally:
        os.close(says)
    if nice:
        spawning.make_nice(started.pid, nice)
    return Child(started.pid, said, started.wait)
