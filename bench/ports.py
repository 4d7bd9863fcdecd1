"""Ports of this machine that nobody else uses."""

import fcntl
import os
import socket
import tempfile
from contextlib import closing
from itertools import count
from pathlib import Path

_FIRST, _LAST = 20_000, 60_000
_FEWEST = 1_000
# Steps that share no factor with the number of ports would do; this one spreads processes well.
_STRIDE = 97
_turns = count()
# Open for as long as this process lives, and with them the locks.
_held: list[int] = []


def free() -> int:
    """A loopback port for this process alone, for as long as it lives.

    The kernel gives no connection such a port while whoever asked for it has yet to listen there,
    or listens there again after a restart; and whoever asks here in another process gets another.
    """
    there = _ports()
    for _ in there:
        port = there[(os.getpid() * _STRIDE + next(_turns)) % len(there)]
        if _is_taken(port):
            return port
    raise RuntimeError("No port is free on this machine. End what listens there.")


def _ports() -> range:
    """Those that the kernel gives to nobody by itself, if they are many enough."""
    given = Path("/proc/sys/net/ipv4/ip_local_port_range")
    first_given = int(given.read_text().split()[0]) if given.is_file() else _LAST
    is_enough = first_given - _FIRST >= _FEWEST
    return range(_FIRST, min(first_given, _LAST) if is_enough else _LAST)


def _is_taken(port: int) -> bool:
    """Take a port, unless somebody has it."""
    folder = Path(tempfile.gettempdir()) / f"matinee-ports-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    lock = os.open(folder / str(port), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with closing(socket.socket()) as trial:
            trial.bind(("127.0.0.1", port))
    except OSError:
        os.close(lock)
        return False
    _held.append(lock)
    return True
