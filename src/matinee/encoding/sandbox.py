"""The view of the machine that a media tool gets where bubblewrap can give it one.

A tool that is wrapped sees its own program with its libraries, the files that its command
line reads, the folders that it writes to, and nothing else: no network, no other processes,
no home, a small `/tmp` of its own. Where bubblewrap is missing or forbidden, tools run as
`confine` leaves them.
"""

import logging
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

log = logging.getLogger(__name__)

_BWRAP = "bwrap"
_TRY_TIME_S = 20.0
_TMP_BYTES = 64 * 1024 * 1024
_LIBRARY = re.compile(r"^\s*(?:\S+ => )?(/\S+) \(0x", re.MULTILINE)
# Where a path may begin inside an argument such as `libvmaf=log_path=/folder/file`.
_PATH = re.compile(r"(?:^|[=:,'])(/[^=:,'\s]+)")
_READS = ("in=",)
# Never bound: too much, or every tool has its own.
_OWN = tuple(map(Path, ("/", "/dev", "/proc")))

# bubblewrap tells of a signal as shells do.
_SIGNALS = {128 + number: -number for number in (4, 6, 7, 8, 9, 11, 24, 25)}


def wrap(program: Path, arguments: Sequence[str], *, is_root: bool) -> list[str]:
    """The command that runs a program inside bubblewrap, whose path comes first."""
    libraries = _libraries(program)
    folders = {str(path.parent) for path in libraries}
    reads, writes = named(arguments)
    # As root there is no need of a user namespace, which would hide whose files are whose.
    who = ("--cap-drop", "ALL", "--cap-add", "CAP_DAC_OVERRIDE") if is_root else ("--unshare-user",)
    return [
        str(path()),
        *who,
        *("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"),
        *("--unshare-cgroup-try", "--die-with-parent", "--as-pid-1"),
        *("--proc", "/proc", "--dev", "/dev"),
        *("--size", str(_TMP_BYTES), "--tmpfs", "/tmp"),  # noqa: S108 - the tool's own
        *_binds("--ro-bind", [program, *libraries]),
        *("--setenv", "LD_LIBRARY_PATH", ":".join(sorted(folders))),
        *_binds("--bind", writes),
        *_binds("--ro-bind", reads),
        *("--chdir", "/", "--", str(program), *arguments),
    ]


def exit_code(code: int) -> int:
    """The exit code of the wrapped tool, negative where a signal ended it."""
    return _SIGNALS.get(code, code)


def path() -> Path | None:
    """Where bubblewrap is; None where it is not."""
    found = shutil.which(_BWRAP)
    return None if found is None else Path(found)


def is_wrappable(program: Path) -> bool:
    """Whether all that a program needs is known: a script may call anything."""
    with program.open("rb") as file:
        return file.read(2) != b"#!"


def trial(command: Sequence[str]) -> str:
    """Run a command that does nothing; why it failed, or nothing where it went well."""
    try:
        done = subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TRY_TIME_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    said = done.stderr.decode(errors="replace").strip().split("\n")[-1]
    return "" if done.returncode == 0 else said or f"it ended with {done.returncode}"


def named(arguments: Sequence[str]) -> tuple[list[Path], list[Path]]:
    """The files that a command line reads, and the folders that it writes to."""
    reads = [
        Path(value.removeprefix("file:")) for option, value in pairwise(arguments) if option == "-i"
    ]
    inputs = {f"{option}\n{value}" for option, value in pairwise(arguments) if option == "-i"}
    writes: list[Path] = []
    for option, value in pairwise(["", *arguments]):
        if f"{option}\n{value}" in inputs:
            continue
        whole = [value] if value.startswith("/") else _PATH.findall(value)
        for found in whole:
            is_read = any(f"{mark}{found}" in value for mark in _READS)
            (reads if is_read else writes).append(Path(found))
    existing = [one for one in reads if one.is_absolute() and one.exists()]
    return _outermost(existing), _outermost(map(_folder, writes))


def _folder(target: Path) -> Path:
    """The folder that has to be there for a tool to write `target`."""
    return next((one for one in (target, *target.parents) if one.is_dir()), Path("/"))


def _outermost(paths: Iterable[Path]) -> list[Path]:
    return sorted(set(paths) - set(_OWN), key=lambda one: (len(one.parts), one))


def _binds(option: str, paths: Iterable[Path]) -> list[str]:
    return [word for one in paths for word in (option, str(one), str(one))]


@cache
def _libraries(program: Path) -> tuple[Path, ...]:
    """What the program is linked with; nothing where it is one piece."""
    ldd = shutil.which("ldd")
    if ldd is None:
        return tuple(
            folder for folder in map(Path, ("/lib", "/lib64", "/usr/lib")) if folder.exists()
        )
    listed = subprocess.run(
        [ldd, str(program)], check=False, capture_output=True, text=True, timeout=_TRY_TIME_S
    )
    return tuple(sorted({Path(found) for found in _LIBRARY.findall(listed.stdout)}))
