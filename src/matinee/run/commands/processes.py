"""Commands that are one process each: what the supervisor starts, and what containers run."""

import sys

import click

from matinee.kernel import settings
from matinee.run import front as nginx
from matinee.run import migrations, services, simulator_process, working
from matinee.run import web as serving

_number = click.option("--number", default=1, hidden=True, help="Which copy this is.")


@click.command(name="migrate")
def migrate() -> None:
    """Make the databases that are missing and bring all of them up to this release."""
    migrations.migrate()


@click.command(name="web")
@_number
@click.option("--listen", metavar="HOST:PORT", help="Instead of a unix socket of the machine.")
@click.option("--workers", default=1, show_default=True, help="Processes that serve.")
@click.option(
    "--service",
    "chosen",
    multiple=True,
    type=click.Choice(services.WITH_API),
    help="Serve this one and others named so; default: all.",
)
def web(listen: str | None, workers: int, chosen: tuple[str, ...], number: int) -> None:
    """Serve the API of every service, or of some."""
    serving.serve(listen, workers, chosen, number)


@click.command(name="worker")
@_number
@click.option("--concurrency", default=working.WORKER_CONCURRENCY, show_default=True)
def worker(number: int, concurrency: int) -> None:
    """Take events and ordinary tasks."""
    working.work(number, concurrency)


@click.command(name="encoder")
@_number
@click.option("--concurrency", type=int, help="Encodes at once; default: a core each.")
def encoder(number: int, concurrency: int | None) -> None:
    """Take encodes."""
    working.encode(number, concurrency)


@click.command(name="front")
def front() -> None:
    """Serve pages and media, and pass on what is for services of their own."""
    sys.exit(nginx.serve(settings.get()))


@click.command(name="simulator")
@click.option("--listen", metavar="HOST:PORT", help="Instead of the machine's unix socket.")
def simulator(listen: str | None) -> None:
    """Stand in for a payment gateway; no money moves."""
    simulator_process.serve(listen)


@click.command(name="relay")
def relay() -> None:
    """Hand on the facts in every service's outbox."""
    working.relay()


@click.command(name="beat")
def beat() -> None:
    """Send periodic tasks when they are due; run one of these only."""
    working.beat()
