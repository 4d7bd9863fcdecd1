"""Commands about the processes of this machine."""

import json
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import psutil
from rich.console import Console
from rich.table import Table

from matinee.kernel import clock, settings
from matinee.run import control

_STYLES = {
    "ready": "green",
    "done": "green",
    "crash loop": "bold red",
    "backing off": "yellow",
}
STOP_TIMEOUT_S = 120.0
_POLL_S = 0.2
_MEGABYTE = 1024 * 1024
_AUTO = "auto"
# Between the time of a line and what it says, where that belongs to the line before.
_GOES_ON = "Z   | "


def _ask(**what: object) -> dict[str, object]:
    return control.ask(settings.get().run_folder / control.SOCKET_NAME, what)


@click.command(name="status")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def status(*, as_json: bool) -> None:
    """Show what runs, and how it is. Ends with 1 if something is not ready."""
    answer = _ask(do="status")
    rows = answer["processes"]
    if not isinstance(rows, list):
        raise TypeError(rows)
    if as_json:
        click.echo(json.dumps(rows, indent=2))
    else:
        Console().print(_status_table(rows))
    sys.exit(0 if all(row["state"] in {"ready", "done"} for row in rows) else 1)


def _status_table(rows: list[dict[str, object]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("process", "state", "for", "restarts", "memory", "pid"):
        table.add_column(title, justify="left" if title in {"process", "state"} else "right")
    for row in rows:
        state = str(row["state"])
        pid = row["pid"]
        memory = f"{_memory_bytes(pid) / _MEGABYTE:.0f} MB" if isinstance(pid, int) else ""
        table.add_row(
            str(row["name"]),
            f"[{_STYLES.get(state, 'cyan')}]{state}",
            _spoken(float(str(row["for_s"]))),
            str(row["restarts"]),
            memory,
            str(pid or ""),
        )
    return table


def _memory_bytes(pid: int) -> int:
    """What the process and all below it use, shared pages counted in part."""
    try:
        leader = psutil.Process(pid)
        family = [leader, *leader.children(recursive=True)]
    except psutil.Error:
        return 0
    return sum(_own_bytes(member) for member in family)


def _own_bytes(member: psutil.Process) -> int:
    try:
        found = member.memory_full_info()
        return int(getattr(found, "pss", found.rss))
    except psutil.Error:
        return 0


def _spoken(duration_s: float) -> str:
    minutes, seconds = divmod(int(duration_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds} s"


@click.command(name="stop")
def stop() -> None:
    """Stop everything; what is in hand is finished first."""
    _ask(do="stop")
    socket_path = settings.get().run_folder / control.SOCKET_NAME
    end_s = clock.monotonic_s() + STOP_TIMEOUT_S
    while control.answers(socket_path):
        if clock.monotonic_s() > end_s:
            raise click.ClickException("Matinee is still stopping; see `matinee status`.")
        clock.pause(_POLL_S)
    click.echo("Stopped.")


class _Count(click.ParamType[int | str]):
    """A number of copies, or `auto`."""

    name = "count"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | str:
        """See `click.ParamType`."""
        if value == _AUTO:
            return _AUTO
        if not str(value).isdecimal():
            self.fail(f"{value!r} is neither a number of copies nor {_AUTO}", param, ctx)
        return int(value)


@click.command(name="scale")
@click.argument("name")
@click.argument("count", type=_Count())
def scale(name: str, count: int | str) -> None:
    """Run COUNT copies of the process NAME, for example: matinee scale encoder 2.

    They stay so many until `matinee scale NAME auto` lets them follow what there is to do again.
    """
    _ask(do="scale", name=name, count=count)
    click.echo(f"{name}: {count}")


@click.command(name="restart")
@click.argument("name")
def restart(name: str) -> None:
    """Start the process NAME anew; who serves meanwhile ends when it is ready."""
    _ask(do="restart", name=name)
    click.echo(f"{name} was started anew.")


@click.command(name="logs")
@click.argument("name", default="")
@click.option("-n", "--lines", default=20, show_default=True, help="How many past lines.")
@click.option("--follow/--no-follow", "-f", default=False, help="Go on showing new lines.")
@click.option("--about", default="", help="All lines with this: a code that a viewer was shown.")
def logs(name: str, lines: int, about: str, *, follow: bool) -> None:
    """Show what processes said: all of them, or the one called NAME."""
    folder = settings.get().home / "logs"
    paths = sorted(folder.glob(f"{name or '*'}.log"))
    if not paths:
        known = ", ".join(path.stem for path in sorted(folder.glob("*.log"))) or "none yet"
        msg = f"There is no log of {name or 'any process'}; there are: {known}"
        raise click.ClickException(msg)
    if about:
        _show_all(folder, name, about)
        return
    past = [line for path in paths for line in _tail(path, lines)]
    for stem, line in sorted(past, key=lambda item: item[1])[-lines * len(paths) :]:
        click.echo(f"{stem:<10} {line}")
    if follow:
        _follow(paths)


def _show_all(folder: Path, name: str, about: str) -> None:
    """Every line with a text in it, also of files that were put aside, as they came."""
    paths = folder.glob(f"{name or '*'}.log*")
    found = [(line, path.name.partition(".")[0]) for path in paths for line in _with(path, about)]
    for line, stem in sorted(found):
        click.echo(f"{stem:<10} {line}")
    if not found:
        msg = f"No line has {about}. Files that grew full are dropped, the oldest first."
        raise click.ClickException(msg)


def _with(path: Path, about: str) -> Iterator[str]:
    """Lines with a text in them, each with the lines of its error."""
    is_wanted = False
    with path.open(errors="replace") as file:
        for line in file:
            is_wanted = about in line or (is_wanted and _GOES_ON in line)
            if is_wanted:
                yield line.rstrip()


def _tail(path: Path, lines: int) -> list[tuple[str, str]]:
    with path.open(errors="replace") as file:
        return [(path.stem, line.rstrip()) for line in deque(file, maxlen=lines)]


def _follow(paths: list[Path]) -> None:
    places = {path: path.stat().st_size for path in paths}
    while True:
        clock.pause(_POLL_S)
        for path, place in places.items():
            size = path.stat().st_size if path.exists() else 0
            if size == place:
                continue
            with path.open(errors="replace") as file:
                file.seek(place if size > place else 0)  # smaller: a new file was begun
                for line in file:
                    click.echo(f"{path.stem:<10} {line.rstrip()}")
                places[path] = file.tell()
