"""Has processes of Matinee's forked from the nursery, in the place of a start from nothing.

The nursery is started when the first is to begin. Where it does not come up, or there is no such
thing (it takes Linux), nobody is forked, and processes are started as programs.
"""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from matinee.run import leftovers, nursery, spawning
from matinee.run.child import Child, start

_LOADED_WITHIN_S = 180.0
_FORKED_WITHIN_S = 30.0
_ANSWER_BYTES_MAX = 64
_PROGRAM = (sys.executable, "-m", nursery.__name__)
# An argument that nobody reads: forks write their own command over all of them.
_ROOM = "that other processes are forked from when they are to begin"


class Forks:
    """Keeps a nursery for the processes of one home; `hear` is told each line that it says."""

    def __init__(self, home: Path, hear: Callable[[str], None]) -> None:
        self._home = home
        self._hear = hear
        self._child: Child | None = None
        self._link: socket.socket | None = None
        self._is_hopeless = not spawning.can_adopt()
        self._beginning: asyncio.Task[None] | None = None
        self._ear: asyncio.Task[None] | None = None
        self._one_at_a_time = asyncio.Lock()

    def begin(self, env: Mapping[str, str]) -> None:
        """Have a nursery loaded meanwhile, with this in its environment, unless there is one."""
        if self._beginning is None or self._beginning.done():
            self._beginning = asyncio.create_task(self._begin(env))

    async def ready(self) -> None:
        """Wait until what was begun is loaded, or will not be."""
        if self._beginning is not None:
            await asyncio.shield(self._beginning)

    async def fork(self, order: nursery.Order) -> Child | None:
        """Whoever is ordered, begun; None where nothing can be forked."""
        async with self._one_at_a_time:
            if not await self._is_there(order.env):
                return None
            said, says = os.pipe()
            try:
                pid = await asyncio.to_thread(self._ordered, order, says)
            finally:
                os.close(says)
            if pid:
                return Child(pid, said)
            os.close(said)
            self._kill()
            return None

    async def end(self) -> None:
        """Have no nursery; whoever is forked next has another one loaded, from what lies there."""
        self._kill()
        async with self._one_at_a_time:
            await self._forget()
            self._is_hopeless = not spawning.can_adopt()

    async def _begin(self, env: Mapping[str, str]) -> None:
        async with self._one_at_a_time:
            await self._is_there(env)

    async def _is_there(self, env: Mapping[str, str]) -> bool:
        if self._is_hopeless or (self._child is not None and self._child.returncode is None):
            return not self._is_hopeless
        await self._forget()
        self._link, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._link.settimeout(_LOADED_WITHIN_S)
        with there:
            self._child = start(
                (*_PROGRAM, str(there.fileno()), _ROOM),
                {**os.environ, **env, leftovers.MARK: str(self._home)},
                spawning.options(None) | {"pass_fds": (there.fileno(),)},
            )
        self._ear = asyncio.create_task(self._listen(self._child))
        if await asyncio.to_thread(_received, self._link) != nursery.LOADED:
            self._is_hopeless = True
            self._kill()
            self._hear("nothing can be forked, so every process loads all that it needs")
        return not self._is_hopeless

    def _ordered(self, order: nursery.Order, says: int) -> int:
        """The pid of what is forked by this order, 0 if nothing is; it speaks into `says`."""
        if self._link is None:
            return 0
        try:
            self._link.settimeout(_FORKED_WITHIN_S)
            with spawning.adopting():
                socket.send_fds(self._link, [order.packed()], [says])
                return int(_received(self._link) or 0)
        except OSError:
            return 0

    def _kill(self) -> None:
        # It has nothing that could get lost, and whoever waits for its answer hears that it ended.
        if self._child is not None:
            self._child.send_signal(signal.SIGKILL)

    async def _forget(self) -> None:
        if self._child is not None:
            await self._child.wait()
        if self._ear is not None:
            await self._ear
        if self._link is not None:
            self._link.close()
        self._child = self._link = self._ear = None

    async def _listen(self, child: Child) -> None:
        async for lines in child.lines():
            for line in lines:
                self._hear(line)


def _received(link: socket.socket) -> bytes:
    """The next answer; empty if there will be none, or none came in time."""
    try:
        return link.recv(_ANSWER_BYTES_MAX)
    except OSError:
        return b""
