"""The numbers of the nginx processes of a folder: two while one takes the place of another.

Each copy writes that of its first process into a file of its own, and removes it when it ends.
"""

import os
import signal
from pathlib import Path

import psutil


def option(folder: Path, number: int | str) -> list[str]:
    """The arguments by which a copy writes its file."""
    return ["-g", f'pid "{_file(folder, number)}";']


def newest(folder: Path) -> int | None:
    """That of the copy that came last; None if none runs."""
    return _read(max(_files(folder), key=_written_s, default=_file(folder, 1)))


def forget_killed(folder: Path, number: int) -> None:
    """Before this copy starts: what killed ones left speaks for nobody."""
    for path in _files(folder):
        if path == _file(folder, number) or not _is_nginx(_read(path)):
            path.unlink(missing_ok=True)


def has_workers(folder: Path, number: int) -> bool:
    """Whether this copy has come so far that it answers."""
    try:
        own = _read(_file(folder, number))
        return own is not None and bool(psutil.Process(own).children())
    except psutil.Error:
        return False


def tell_newest(folder: Path, what: signal.Signals) -> bool:
    """Send a signal to the copy that came last; False if none runs."""
    pid = newest(folder)
    return pid is not None and _tell(pid, what)


def tell_all(folder: Path, what: signal.Signals) -> bool:
    """Send a signal to every copy; False if none runs."""
    pids = [pid for path in _files(folder) if (pid := _read(path)) is not None]
    return sum(_tell(pid, what) for pid in pids) > 0


def _tell(pid: int, what: signal.Signals) -> bool:
    try:
        os.kill(pid, what)
    except ProcessLookupError:
        return False
    return True


def _file(folder: Path, number: int | str) -> Path:
    return folder / f"nginx.{number}.pid"


def _files(folder: Path) -> list[Path]:
    return list(folder.glob("nginx.*.pid"))


def _written_s(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _is_nginx(pid: int | None) -> bool:
    try:
        return pid is not None and psutil.Process(pid).name() == "nginx"
    except psutil.Error:
        return False


def _read(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (FileNotFoundError, ValueError):
        return None
