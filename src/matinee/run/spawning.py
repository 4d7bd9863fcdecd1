"""How a child process is started: as whom, in which group, and that it dies with its parent."""

import contextlib
import ctypes
import errno
import functools
import os
import pwd
import signal
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matinee.kernel.settings import Settings
from matinee.kernel.yielding import session_steps_back

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
# By what a script starts with `&` (POSIX, shell command language, 2.12); a shell below stays deaf.
_IGNORED_IN_THE_BACKGROUND = (signal.SIGINT, signal.SIGQUIT)


class CannotStartError(RuntimeError):
    """Something stands in the way of a start; the message says what, and how to mend it."""


@dataclass(frozen=True)
class User:
    """An account of the machine that engines run as."""

    name: str
    uid: int
    gid: int


def engine_user(settings: Settings) -> User | None:
    """Whom engines must run as; None where Matinee itself is not run by root."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(settings.engine_user)
    except KeyError:
        msg = (
            f"There is no user {settings.engine_user!r} on this machine for the engines to run as;"
            " set MATINEE_ENGINE_USER to one that exists, or start Matinee as an ordinary user."
        )
        raise CannotStartError(msg) from None
    if entry.pw_uid == 0:
        msg = "PostgreSQL refuses to run as root; set MATINEE_ENGINE_USER to an ordinary user."
        raise CannotStartError(msg)
    return User(settings.engine_user, entry.pw_uid, entry.pw_gid)


def check_reachable(path: Path, user: User | None) -> None:
    """CannotStartError if `user` may not pass through a folder above `path`."""
    if user is None:
        return
    for folder in reversed(path.absolute().parents):
        found = folder.stat()
        if found.st_uid == user.uid:
            needed = stat.S_IXUSR
        elif found.st_gid == user.gid:
            needed = stat.S_IXGRP
        else:
            needed = stat.S_IXOTH
        if not found.st_mode & needed:
            msg = (
                f"The user {user.name}, as whom engines run when Matinee is started by root,"
                f" cannot enter {folder}, which {path} lies in. Either: chmod o+x {folder};"
                " or move Matinee to a folder that everybody may enter, such as /opt or /srv;"
                " or start it as an ordinary user."
            )
            raise CannotStartError(msg)


def options(user: User | None, death_signal: signal.Signals = signal.SIGTERM) -> dict[str, Any]:
    """Arguments of `subprocess` and `asyncio` that give a child its own session and `user`.

    It gets `death_signal` when the calling thread ends, also by `kill -9` of the process.
    """
    chosen: dict[str, Any] = {
        "start_new_session": True,
        "preexec_fn": functools.partial(_die_with_parent, _libc(), death_signal, os.getpid()),
    }
    if user is not None:
        chosen.update(user=user.uid, group=user.gid, extra_groups=[])
    return chosen


def die_with(parent: int, death_signal: signal.Signals) -> None:
    """Give this process what `options` give a child of `parent`, which it has become."""
    _die_with_parent(_libc(), death_signal, parent)


def can_adopt() -> bool:
    """Whether a process of this system can take over those whose parent ends."""
    return _libc() is not None


@contextlib.contextmanager
def adopting() -> Iterator[None]:
    """Be the parent of who is below this process and loses its own; OSError if that is refused.

    For as short as it takes: whoever else is orphaned meanwhile, nobody waits for.
    """
    _adopt(is_wanted=True)
    try:
        yield
    finally:
        _adopt(is_wanted=False)


def make_nice(pid: int, nice: int) -> None:
    """Let a process that `options` gave a session of its own go after others, with all it starts.

    Who started it may be nice already: nobody comes before that.
    """
    session_steps_back(nice, pid)


@functools.cache
def _libc() -> Callable[..., int] | None:
    if os.uname().sysname != "Linux":
        return None  # leftovers are found by their pid files at the next start
    prctl: Callable[..., int] = ctypes.CDLL(None).prctl
    return prctl


def _adopt(*, is_wanted: bool) -> None:
    prctl = _libc()
    if prctl is None or prctl(_PR_SET_CHILD_SUBREAPER, int(is_wanted), 0, 0, 0):
        raise OSError(errno.ENOSYS, "this system cannot give a process another parent")


def _die_with_parent(
    prctl: Callable[..., int] | None, death_signal: signal.Signals, parent: int
) -> None:
    # Runs in the child between fork and exec, after its user has changed.
    for number in _IGNORED_IN_THE_BACKGROUND:
        signal.signal(number, signal.SIG_DFL)
    if prctl is not None:
        prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
