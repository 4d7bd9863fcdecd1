"""A small program that gives up what a media tool does not need, then becomes that tool.

Run as `python -I -S confine.py LIMITS PROGRAM ARGUMENT…`, with LIMITS as JSON. Files
of strangers are parsed by the tool, so it gets no network, no new privileges,
bounded memory, time and output, another user where the caller is root, and it
dies with the process that started it. Where the program is bubblewrap (`wrapped`),
that sees to the network. Imports nothing of Matinee: it starts with
every call.
"""

import ctypes
import json
import os
import resource
import signal
import sys

_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_SET_DEATH_SIGNAL, _SET_NO_NEW_PRIVILEGES = 1, 38


def main() -> None:
    """Confine this process and replace it by the program."""
    limits: dict[str, int] = json.loads(sys.argv[1])
    parent = limits["parent_pid"]
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "unshare") and not limits.get("wrapped"):
        # Best effort: some machines forbid it, and the tools open files only in any case.
        libc.unshare(_NEW_NET if os.geteuid() == 0 else _NEW_USER | _NEW_NET)
    if "uid" in limits:
        os.setgroups([])
        os.setgid(limits["gid"])
        os.setuid(limits["uid"])
    _limit(resource.RLIMIT_AS, limits["memory_bytes"])
    _limit(resource.RLIMIT_CPU, limits["cpu_s"])
    _limit(resource.RLIMIT_FSIZE, limits["file_bytes"])
    _limit(resource.RLIMIT_CORE, 0)
    if hasattr(libc, "prctl"):
        libc.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        libc.prctl(_SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit(1)
    os.umask(0o022)
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - becoming the tool is the point


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
