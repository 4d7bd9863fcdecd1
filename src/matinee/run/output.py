"""Where the lines go that processes say: the terminal, and a file for each of bounded size."""

import json
import logging
import os
import re
import sys
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path

from matinee.kernel import clock

FILE_BYTES_MAX = 5 * 1024 * 1024
FILES_KEPT = 3
LINE_BYTES_MAX = 16 * 1024
_NAME_WIDTH = 10
_COLOURS = (36, 32, 33, 35, 34, 96, 92, 93, 95, 94)
# What programs say as they go along is in their files; whoever has the terminal open is told what
# went wrong, what the demo and the commands that run once get done, and that a service is back.
_ROUTINE = re.compile(r"(?:DEBUG|INFO) (?!matinee\.(?:demo|run|delivery\.agent)\b)")
_TOLD = re.compile(r"INFO matinee\.(?:demo|run|delivery\.agent)\b[\w.]*: ")
_MEDIA_TOKEN = re.compile(r"(/media/)k\d+~\d+~[0-9a-f]+~[\w-]+")


class Output:
    """Writes lines as `time name line`, coloured on a terminal; media tokens are struck out.

    With `objects` each line is an object in JSON, whatever the program said it in.
    """

    def __init__(self, folder: Path, *, objects: bool = False) -> None:
        self._folder = folder
        self._objects = objects
        self._folder.mkdir(parents=True, exist_ok=True)
        self._files: dict[str, RotatingFileHandler] = {}
        self._colours: dict[str, int] = {}
        self._is_coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        self._is_heard = True

    def write(self, name: str, *lines: str, quiet: bool = False) -> None:
        """What the process `name` said at once; `quiet` keeps it off the terminal, as does routine.

        An edge says a line a request, and writing a thousand together costs little more than one.
        """
        if not lines:
            return
        texts = [_MEDIA_TOKEN.sub(r"\1-", line.rstrip()) for line in lines]
        now = clock.now()
        time = f"{now:%Y-%m-%dT%H:%M:%S.%f}Z"
        if self._objects:
            kept = "\n".join(as_object(time, name, text) for text in texts)
        else:
            kept = "\n".join(f"{time} {text}" for text in texts)
        self._file(name.partition(".")[0]).handle(logging.makeLogRecord({"msg": kept}))
        if quiet or not self._is_heard:
            return
        if self._objects:
            self._say(kept)
        elif told := [_TOLD.sub("", text) for text in texts if not _ROUTINE.match(text)]:
            self._show(name, f"{now.astimezone():%H:%M:%S}", told)

    def path(self, name: str) -> Path:
        """The log file of a process."""
        return self._folder / f"{name.partition('.')[0]}.log"

    def close(self) -> None:
        """Close all files."""
        for file in self._files.values():
            file.close()

    def _show(self, name: str, time: str, texts: Sequence[str]) -> None:
        label = f"{name:<{_NAME_WIDTH}}"
        if self._is_coloured:
            colour = self._colours.setdefault(name, _COLOURS[len(self._colours) % len(_COLOURS)])
            time, label = f"\x1b[2m{time}\x1b[0m", f"\x1b[{colour}m{label}\x1b[0m"
        self._say("\n".join(f"{time} {label} {text}" for text in texts))

    def _say(self, lines: str) -> None:
        try:
            print(lines, flush=True)  # noqa: T201 - this is the terminal's voice
        except OSError:
            self._is_heard = False  # the terminal went away; the files stay

    def _file(self, name: str) -> RotatingFileHandler:
        if name not in self._files:
            self._files[name] = RotatingFileHandler(
                self._folder / f"{name}.log",
                maxBytes=FILE_BYTES_MAX,
                backupCount=FILES_KEPT,
                encoding="utf-8",
                errors="replace",
            )
        return self._files[name]


def as_object(time: str, name: str, text: str) -> str:
    """A line as an object: the one that it is, or one with the line as its message."""
    try:
        told = json.loads(text) if text.startswith("{") else None
    except ValueError:
        told = None  # cut off, or only looks like one
    if not isinstance(told, dict):
        told = {"time": time, "message": text}
    return json.dumps({**told, "process": name}, ensure_ascii=False)


def lines_of(pending: bytes, chunk: bytes) -> tuple[list[str], bytes]:
    """The whole lines in `pending` + `chunk`, and what is left; an endless line is cut."""
    *whole, rest = (pending + chunk).split(b"\n")
    if len(rest) > LINE_BYTES_MAX:
        whole.append(rest)
        rest = b""
    return [line[:LINE_BYTES_MAX].decode(errors="replace") for line in whole], rest
