"""The command that starts everything; it stays in memory, so it loads little."""

import sys

import click

from matinee.kernel import settings
from matinee.run.up import up as start


@click.command(name="up")
@click.option("--demo", is_flag=True, help="Put in the demo films and viewers, too.")
def up(*, demo: bool) -> None:
    """Start everything on this machine and keep it running.

    Ctrl-C stops it: what is in hand is finished first; a second Ctrl-C does not wait.
    """
    sys.exit(start(settings.get(), demo=demo))
