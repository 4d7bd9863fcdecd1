"""`matinee recommendations`: training, its reports and going back, without a browser."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.table import Table

from matinee.contracts.training import Marks, Training, TrainingRow, Trainings
from matinee.kernel import clock
from matinee.run.operator import Operator

_PATH = "/api/recommendations/trainings"
STATES = {
    "running": "training",
    "published": "published",
    "held_back": "held back",
    "refused": "refused",
    "failed": "failed",
    "withdrawn": "rolled back",
}
# Another training may have to end first; then this one may take its time.
_BEGIN_MAX_S, _WAIT_MAX_S = 600.0, 3600.0
_LOOK_S = 1.0


@click.group("recommendations")
def recommendations_command() -> None:
    """Train what viewers are recommended by, see what came of it, and go back."""


@recommendations_command.command("train")
@click.option(
    "--even-if-worse",
    is_flag=True,
    help="Publish the new fit whatever the checks and the comparison say.",
)
@click.option("--wait/--no-wait", default=True, show_default=True, help="Wait for the report.")
def train(*, even_if_worse: bool, wait: bool) -> None:
    """Train now, and show the report."""
    with _operator() as operator:
        before = _newest_version(operator)
        operator.send("POST", _PATH, json={"even_if_worse": even_if_worse})
        click.echo("A worker is asked to train.")
        if wait:
            _show(_finished(operator, before))


@recommendations_command.command("list")
def listed() -> None:
    """List the newest trainings, newest first."""
    with _operator() as operator:
        found = operator.ask(Trainings, "GET", _PATH)
    console = Console()
    console.print(_rows(found.trainings))
    if found.held_since is not None:
        console.print(f"Publishing is paused since {found.held_since:%Y-%m-%d %H:%M} UTC.")


@recommendations_command.command("report")
@click.argument("version", type=click.IntRange(min=1), required=False)
def report(version: int | None) -> None:
    """Show what training VERSION, or the newest, learnt from, found and decided."""
    with _operator() as operator:
        wanted = version or _newest_version(operator)
        if not wanted:
            raise click.ClickException("Nothing was trained yet: `matinee recommendations train`.")
        _show(operator.ask(Training, "GET", f"{_PATH}/{wanted}"))


@recommendations_command.command("rollback")
@click.argument("version", type=click.IntRange(min=1), required=False)
def rollback(version: int | None) -> None:
    """Put training VERSION, or the one before, in service again, and pause publishing."""
    with _operator() as operator:
        order = {"version": version}
        row = operator.ask(TrainingRow, "POST", f"{_PATH}/roll-back", json=order)
    click.echo(
        f"Training {row.version} is in service. Nothing new is published until"
        " `matinee recommendations resume`."
    )


@recommendations_command.command("resume")
def resume() -> None:
    """Let trainings publish again after a roll back."""
    with _operator() as operator:
        operator.send("POST", f"{_PATH}/resume")
    click.echo("The next training that is not worse is published.")


@contextmanager
def _operator() -> Iterator[Operator]:
    operator = Operator()
    try:
        yield operator
    finally:
        operator.close()


def _newest_version(operator: Operator) -> int:
    found = operator.ask(Trainings, "GET", _PATH).trainings
    return found[0].version if found else 0


def _finished(operator: Operator, before: int) -> Training:
    """The first training after `before`, once it has ended."""
    began_s = clock.monotonic_s()
    while True:
        rows = operator.ask(Trainings, "GET", _PATH).trainings
        own = next((row for row in reversed(rows) if row.version > before), None)
        if own is not None and own.state != "running":
            return operator.ask(Training, "GET", f"{_PATH}/{own.version}")
        waited_s = clock.monotonic_s() - began_s
        if own is None and waited_s > _BEGIN_MAX_S:
            raise click.ClickException("No worker has begun: see `matinee status`.")
        if waited_s > _WAIT_MAX_S:
            raise click.ClickException(
                "Not ended yet: `matinee recommendations list` shows how it goes."
            )
        clock.pause(_LOOK_S)


def _show(training: Training) -> None:
    console = Console()
    state = "in service" if training.in_service else STATES[training.state]
    console.print(f"Training {training.version}, {state}. {training.report.verdict}")
    data = training.report.data
    if data is not None:
        console.print(
            f"Learnt from {data.plays:,} plays of {data.titles:,} titles by {data.viewers:,}"
            f" viewers; data {data.digest[:12]}."
        )
    for check in training.report.checks:
        if check.outcome != "well":
            console.print(f"{check.name}: {check.sentence}")
    if training.report.marks:
        console.print(_marks(training.report.marks))
    for stage in training.report.stages:
        console.print(f"{stage.stage}: {stage.wall_s:.1f} s, {stage.cpu_s:.1f} s of CPU")


def _rows(rows: list[TrainingRow]) -> Table:
    table = _table("version", "begun (UTC)", "state", "plays", "NDCG@10", "verdict")
    for row in rows:
        table.add_row(
            str(row.version),
            f"{row.started_at:%Y-%m-%d %H:%M}",
            "in service" if row.in_service else STATES[row.state],
            f"{row.plays:,}",
            "" if row.ndcg_10 is None else f"{row.ndcg_10:.4f}",
            row.verdict,
        )
    return table


def _marks(marks: list[Marks]) -> Table:
    names = ("NDCG@10", "NDCG@100", "recall@20", "coverage@20", "novelty, bits")
    table = _table("contender", "viewers", *names)
    for one in marks:
        values = (one.ndcg_10, one.ndcg_100, one.recall_20, one.coverage_20)
        cells = [f"{value:.4f}" for value in values]
        table.add_row(one.contender, str(one.viewers), *cells, f"{one.novelty_bits:.2f}")
    return table


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in names:
        table.add_column(name, overflow="fold")
    return table
