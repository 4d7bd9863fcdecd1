"""A line between client and server on this machine: of a certain width, and cut now and then."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from matinee.kernel import clock

_BLOCK_BYTES = 64 * 1024
# Ends a connection with a reset, as a line does that is gone, instead of a farewell.
_NO_LINGER = struct.pack("ii", 1, 0)


class Line:
    """Listens on a port of its own and passes on what comes, in both directions."""

    def __init__(self, to: str, upward_bytes_per_s: float, drop_every_s: float) -> None:
        host, _, port = to.rpartition(":")
        self._to = (host, int(port))
        self._upward = upward_bytes_per_s
        self._every_s = drop_every_s
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._free_at_s = clock.monotonic_s()
        self.address = f"127.0.0.1:{self._listening.getsockname()[1]}"
        self.sent_bytes = 0
        self.drops = 0

    def __enter__(self) -> Self:
        for work in (self._accept, self._cut):
            self._start(work)
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._over.set()
        # Wakes the one that waits for connections.
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._end_all()
        for thread in self._threads:
            thread.join(timeout=60)

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self._to, timeout=10)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            with self._lock:
                self._open |= {client, server}
            self._start(self._pass_on, client, server, True)
            self._start(self._pass_on, server, client, False)

    def _pass_on(self, one: socket.socket, other: socket.socket, is_upward: bool) -> None:  # noqa: FBT001 - a thread's target
        try:
            while block := one.recv(_BLOCK_BYTES):
                if is_upward:
                    self._wait_for(len(block))
                other.sendall(block)
        except OSError:
            pass
        finally:
            self._end({one, other})

    def _wait_for(self, size_bytes: int) -> None:
        """Take one's turn on the line."""
        with self._lock:
            self.sent_bytes += size_bytes
            begins_s = max(self._free_at_s, clock.monotonic_s())
            self._free_at_s = begins_s + size_bytes / self._upward
            wait_s = self._free_at_s - clock.monotonic_s()
        if wait_s > 0:
            clock.pause(wait_s)

    def _cut(self) -> None:
        while not self._over.wait(self._every_s):
            self.drops += 1
            self._end_all()

    def _end_all(self) -> None:
        with self._lock:
            ends = set(self._open)
        self._end(ends)

    def _end(self, ends: set[socket.socket]) -> None:
        with self._lock:
            gone = self._open & ends
            self._open -= ends
        for one in gone:
            with contextlib.suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
                # Wakes whoever reads from it, which closing alone does not.
                one.shutdown(socket.SHUT_RDWR)
            one.close()
