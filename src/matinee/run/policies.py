"""`matinee recommendations policies` and `withdraw`: what chooses pictures and heroes."""

import click
from rich.console import Console
from rich.table import Table

from matinee.contracts.policies import Policies, PolicyRow
from matinee.run.operator import Operator

_PATH = "/api/recommendations/policies"
_SLOTS = {"pictures": "card", "heroes": "hero"}
_STATES = {
    "served": "in service",
    "replaced": "replaced",
    "held_back": "held back",
    "withdrawn": "withdrawn",
}


@click.command("policies")
def listed() -> None:
    """List what was learnt of pictures and heroes, and how it was judged, newest first."""
    operator = Operator()
    try:
        found = operator.ask(Policies, "GET", _PATH)
    finally:
        operator.close()
    if not found.policies:
        click.echo("Nothing was learnt yet: too little was seen since exploring began.")
        return
    Console().print(_table(found.policies))


@click.command("withdraw")
@click.argument("what", type=click.Choice(sorted(_SLOTS)))
def withdraw(what: str) -> None:
    """Choose pictures or heroes again as if nothing had been learnt."""
    operator = Operator()
    try:
        operator.send("DELETE", f"{_PATH}/{_SLOTS[what]}")
    finally:
        operator.close()
    click.echo("Done. What is learnt next is judged like a first policy.")


def _table(rows: list[PolicyRow]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    names = ("version", "chooses", "learnt (UTC)", "state", "decisions", "gain", "why")
    for name in names:
        table.add_column(name, overflow="fold")
    chooses = {slot: name for name, slot in _SLOTS.items()}
    for row in rows:
        gain = row.estimates.get("gain")
        table.add_row(
            str(row.version),
            chooses[row.slot],
            f"{row.learnt_at:%Y-%m-%d %H:%M}",
            _STATES[row.state],
            f"{row.decisions:,}",
            "" if gain is None else f"{gain.low:+.4f} to {gain.high:+.4f}",
            row.why,
        )
    return table
