"""Runs a media tool: confined, watched, bounded in time and output, and stopped when told to."""

import json
import logging
import os
import pwd
import selectors
import signal
import stat
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO

from matinee.encoding import sandbox, settings
from matinee.kernel import binaries, clock, yielding
from matinee.kernel import settings as shared

log = logging.getLogger(__name__)

_TICK_S = 0.25
_READ_BYTES = 65536
_OUTPUT_BYTES_MAX = 16 * 1024 * 1024
_ERROR_LINES = 200
_ERROR_LINE_CHARS = 500
_END_S = 2.0
_TRY_TIME_S = 20.0
_CONFINE = Path(__file__).with_name("confine.py")


class ProgramError(RuntimeError):
    """A tool ended with an error; `lines` are the last that it said."""

    def __init__(self, program: str, code: int, lines: Sequence[str]) -> None:
        super().__init__(f"{program} ended with {code}: {' | '.join(lines[-8:])}")
        self.code = code
        self.lines = list(lines)
        # How far into the film it was, where it said so.
        self.at_s = 0.0


class TooSlowError(RuntimeError):
    """A tool took longer than any sound file needs, or stood still."""


@dataclass(frozen=True)
class Bounds:
    """What a tool may take. `stall_s` bounds the time without any progress."""

    time_s: float
    file_bytes: int = 1024**3
    stall_s: float | None = None


OnLine = Callable[[str], None]
# Hears a line of a tool's complaints; True if it need not be kept.
OnError = Callable[[str], bool]
Pulse = Callable[[], None]


@dataclass(frozen=True)
class Ears:
    """Who hears what a tool says, line by line, instead of it being kept."""

    # Of standard output.
    on_line: OnLine | None = None
    # Of standard error.
    on_error: OnError | None = None


@dataclass
class Outcome:
    """What a tool printed and took."""

    output: bytes = b""
    lines: list[str] = field(default_factory=list)
    cpu_s: float = 0.0
    wall_s: float = 0.0


DEAF = Ears()


def nothing() -> None:
    """A pulse for where there is nobody to tell."""


class _Watch:
    """Reads a running tool's pipes until they end."""

    def __init__(self, process: "subprocess.Popen[bytes]", ears: Ears) -> None:
        self.output = bytearray()
        self.errors: deque[str] = deque(maxlen=_ERROR_LINES)
        self.last_output_s = clock.monotonic_s()
        self._ears = ears
        self._rest = {"out": b"", "err": b""}
        self._selector = selectors.DefaultSelector()
        for name, pipe in (("out", process.stdout), ("err", process.stderr)):
            if pipe is not None:
                os.set_blocking(pipe.fileno(), False)
                self._selector.register(pipe, selectors.EVENT_READ, name)

    def read(self) -> bool:
        """Take in what there is, waiting for a tick at most; False once both pipes ended."""
        for key, _ in self._selector.select(_TICK_S):
            pipe: IO[bytes] = key.fileobj  # type: ignore[assignment] # registered above
            part = os.read(pipe.fileno(), _READ_BYTES)
            if not part:
                self._selector.unregister(pipe)
                # The last line may have no end.
                part = b"\n" if self._rest[key.data] else b""
            if key.data == "out":
                self._take_output(part)
            else:
                self._take_errors(self._lines("err", part))
        return bool(self._selector.get_map())

    def close(self) -> None:
        self._selector.close()

    def _take_output(self, part: bytes) -> None:
        hears = self._ears.on_line
        if hears is None:
            self.output += part[: _OUTPUT_BYTES_MAX - len(self.output)]
            return
        for line in self._lines("out", part):
            hears(line)

    def _take_errors(self, lines: list[str]) -> None:
        hears = self._ears.on_error
        self.errors.extend(line for line in lines if hears is None or not hears(line))

    def _lines(self, name: str, part: bytes) -> list[str]:
        *whole, rest = (self._rest[name] + part).replace(b"\r", b"\n").split(b"\n")
        self._rest[name] = rest[-_READ_BYTES:]
        return [line.decode(errors="replace")[:_ERROR_LINE_CHARS] for line in whole if line]


def run(
    program: str,
    arguments: Sequence[str],
    bounds: Bounds,
    *,
    ears: Ears = DEAF,
    pulse: Pulse = nothing,
) -> Outcome:
    """Run a tool to its end.

    `pulse` is called several times a second; what it raises stops the tool and
    is passed on. What `ears` do not take is kept: all of standard output, the last
    lines of standard error.
    Raises ProgramError or TooSlowError.
    """
    start_s = clock.monotonic_s()
    process = subprocess.Popen(
        _confined(program, arguments, bounds),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent"},
    )
    _stays_behind(process.pid)
    watch = _Watch(process, ears)
    try:
        while watch.read():
            pulse()
            if clock.monotonic_s() - start_s > bounds.time_s:
                msg = f"{program} was stopped after {bounds.time_s:.0f} s"
                raise TooSlowError(msg)
        cpu_s = _reap(process)
    finally:
        _kill(process)
        watch.close()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
    lines = list(watch.errors)
    if process.returncode == -signal.SIGXCPU:
        msg = f"{program} used more than {bounds.time_s:.0f} s of CPU a core"
        raise TooSlowError(msg)
    if process.returncode:
        log.info("%s %s: %s", program, process.returncode, "\n".join(lines[-20:]))
        raise ProgramError(program, process.returncode, lines)
    return Outcome(bytes(watch.output), lines, cpu_s, clock.monotonic_s() - start_s)


def _stays_behind(pid: int) -> None:
    """Have a tool come after all that this thread lets go first: a session begins as an equal."""
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    if nice > 0:
        yielding.session_steps_back(nice, pid)


def _confined(program: str, arguments: Sequence[str], bounds: Bounds) -> list[str]:
    path = binaries.find(program).resolve()
    user = tool_user()
    if user is not None:
        read = [path, settings.get().work, *sandbox.named(arguments)[0]]
        user = user if all(map(_anybody_may_read, read)) else None
    if not sandbox.is_wrappable(path) or why_unwrapped(user):
        return _limited([str(path), *arguments], bounds, user, wrapped=False)
    is_root = os.geteuid() == 0 and user is None
    wrapped = sandbox.wrap(path, arguments, is_root=is_root)
    return _limited(wrapped, bounds, user, wrapped=True)


def _limited(
    command: Sequence[str], bounds: Bounds, user: tuple[int, int] | None, *, wrapped: bool
) -> list[str]:
    limits = {
        "parent_pid": os.getpid(),
        "memory_bytes": settings.get().memory_bytes_max,
        "cpu_s": int(bounds.time_s * (os.cpu_count() or 1)) + 1,
        "file_bytes": bounds.file_bytes,
        "wrapped": int(wrapped),
    }
    if user is not None:
        limits |= {"uid": user[0], "gid": user[1]}
    return [sys.executable, "-I", "-S", str(_CONFINE), json.dumps(limits), *command]


@cache
def why_unwrapped(user: tuple[int, int] | None) -> str:
    """Why tools do not run inside bubblewrap here; nothing where they do. Tried once a process.

    RuntimeError where the settings require it all the same.
    """
    wanted = settings.get().sandbox
    if wanted == "off":
        return "MATINEE_ENCODING_SANDBOX is off"
    if sandbox.path() is None:
        why = "bubblewrap is not installed"
    else:
        path = binaries.find("ffprobe").resolve()
        is_root = os.geteuid() == 0 and user is None
        command = sandbox.wrap(path, ["-version"], is_root=is_root)
        why = sandbox.trial(_limited(command, Bounds(_TRY_TIME_S), user, wrapped=True))
    if why and wanted == "required":
        msg = f"MATINEE_ENCODING_SANDBOX requires bubblewrap, which cannot run here: {why}"
        raise RuntimeError(msg)
    if why:
        log.info("media tools run without bubblewrap: %s", why)
    return why


@cache
def tool_user() -> tuple[int, int] | None:
    """The user and group for tools where this process is root; None where it is not."""
    if os.geteuid() != 0:
        return None
    try:
        found = pwd.getpwnam(shared.get().engine_user)
    except KeyError:
        return None
    return found.pw_uid, found.pw_gid


def _anybody_may_read(path: Path) -> bool:
    """Whether a user without rights of their own gets at the file."""
    real = path.resolve()
    try:
        way = all(folder.stat().st_mode & stat.S_IXOTH for folder in real.parents)
        return way and bool(real.stat().st_mode & stat.S_IROTH)
    except OSError:
        return False


def _reap(process: "subprocess.Popen[bytes]") -> float:
    """Wait for the end, which is near as the pipes are closed; the CPU seconds used."""
    end_s = clock.monotonic_s() + _END_S
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = sandbox.exit_code(os.waitstatus_to_exitcode(status))
            return used.ru_utime + used.ru_stime
        if clock.monotonic_s() > end_s:
            os.killpg(process.pid, signal.SIGKILL)
        clock.pause(0.005)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
