"""Commands about how many copies of each process there are."""

import signal
import sys
import threading

import click
from rich.console import Console
from rich.table import Table

from matinee.kernel import logs, settings
from matinee.run.scaling import compose
from matinee.run.scaling import scaler as watching
from matinee.run.scaling.copies import Decided, published


@click.command(name="scaler")
@click.option("--listen", metavar="HOST:PORT", default="127.0.0.1:8000", show_default=True)
def scaler(listen: str) -> None:
    """Decide how many copies of each service there are to be, and say so over HTTP."""
    watching.serve(listen)


@click.command(name="copies")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@click.option(
    "--compose",
    "files",
    multiple=True,
    metavar="FILE",
    help="Bring the stack of this Compose file to them, until stopped.",
)
@click.option("--project", metavar="NAME", help="The stack's name, where it is not the file's own.")
def copies(files: tuple[str, ...], project: str | None, *, as_json: bool) -> None:
    """Show how many copies of each process are wanted, and why."""
    if files:
        _follow(files, project)
        return
    decided = published()
    if as_json:
        click.echo(decided.model_dump_json() if decided else "")
    elif decided is None:
        sys.exit("Nobody decided that lately: is Matinee running, and MATINEE_SCALING not off?")
    else:
        Console().print(_table(decided))


def _follow(files: tuple[str, ...], project: str | None) -> None:
    logs.set_up(settings.get())
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    options = [part for file in files for part in ("-f", file)]
    compose.follow(compose.Stack([*options, *(("-p", project) if project else ())]), stopping)


def _table(decided: Decided) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("process", "wanted", "running", "least", "most", "needed", "foreseen"):
        table.add_column(title, justify="left" if title == "process" else "right")
    for name, one in decided.copies.items():
        numbers = (one.wanted, one.running, one.least, one.most)
        table.add_row(name, *map(str, numbers), f"{one.needed:.2f}", f"{one.foreseen:.2f}")
    return table
