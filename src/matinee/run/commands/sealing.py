"""Commands about the audit log, and about the keys that personal fields are sealed with."""

import importlib
from typing import Any

import click

from matinee.kernel import audit as noting
from matinee.kernel.databases import transaction_of
from matinee.kernel.keys import data_keys
from matinee.kernel.problems import Problem
from matinee.run.django_setup import set_up


@click.group(name="audit")
def audit() -> None:
    """Look whether the log of sign-ins, staff's actions, exports and key use is whole."""


@audit.command(name="verify")
def audit_verify() -> None:
    """Find every entry that was changed, removed or put elsewhere since it was written."""
    set_up()
    found = importlib.import_module("matinee.identity.queries").verdict()
    for trouble in found.troubles:
        click.echo(f"{trouble.number:>8}  {trouble.words}")
    looked = f"{found.entries} entries and {found.checkpoints} checkpoints"
    if found.troubles:
        raise click.ClickException(f"The audit log is not whole. Looked at {looked}.")
    click.echo(f"The audit log is whole: {looked} hang together.")


@click.group(name="seals")
def seals() -> None:
    """Change the keys that names and addresses are sealed with, while everything runs."""


@seals.command(name="list")
def seals_list() -> None:
    """Show how many data keys each key-encryption key wraps. No key itself is ever shown."""
    set_up()
    newest = _tried(data_keys.wrapper().newest)
    for name, count in data_keys.count_by_wrapping().items():
        click.echo(f"{name}  {count} data keys{'  (newest)' if name == newest else ''}")


@seals.command(name="rotate")
@click.option("--retire", is_flag=True, help="Destroy the older key-encryption keys afterwards.")
def seals_rotate(*, retire: bool) -> None:
    """Make a new key-encryption key, and wrap every account's data key with it."""
    set_up()
    wrapper = data_keys.wrapper()
    name = _tried(wrapper.rotate)
    count = _tried(_resealing().rewrap_all)
    if retire:
        _tried(wrapper.retire)
    _note("keys.rotated", key=name.rpartition("/")[2], data_keys=count, retired=retire)
    click.echo(f"{name} wraps {count} data keys now.")


@seals.command(name="renew")
def seals_renew() -> None:
    """Give every account a new data key, and seal its names and addresses with it."""
    set_up()
    accounts = rows = 0
    for owner in list(data_keys.owners()):
        rows += _tried(lambda owner=owner: _resealing().renew(owner))
        accounts += 1
    _note("keys.renewed", accounts=accounts, rows=rows)
    click.echo(f"{rows} rows of {accounts} accounts are sealed with new keys.")


def _resealing() -> Any:
    # Fields can be looked at only once Django's apps are there.
    return importlib.import_module("matinee.kernel.keys.resealing")


def _tried(work: Any) -> Any:
    try:
        return work()
    except Problem as problem:
        raise click.ClickException(f"{problem.detail} The log above says why.") from problem


def _note(action: str, **facts: noting.Fact) -> None:
    with transaction_of("identity"):
        noting.note("identity", action, by=noting.COMMAND_LINE, facts=facts)
