"""The command that starts everything; it stays in memory, so it loads little."""

import sys

import click

from matinee.kernel import settings
from matinee.run.edges_beside import EDGES_MAX
from matinee.run.up import up as start


@click.command(name="up")
@click.option("--demo", is_flag=True, help="Put in the demo films and viewers, too.")
@click.option(
    "--edges",
    type=click.IntRange(1, EDGES_MAX),
    default=1,
    show_default=True,
    help="How many edges, for a look at how titles spread and plays move over.",
)
def up(*, demo: bool, edges: int) -> None:
    """Start everything on this machine and keep it running.

    Ctrl-C stops it: what is in hand is finished first; a second Ctrl-C does not wait.
    """
    sys.exit(start(settings.get(), demo=demo, edges=edges))
