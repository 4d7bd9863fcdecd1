"""Commands about the audit log, and about the keys that personal fields are sealed with."""

import importlib
from typing import Any

import click

from matinee.kernel import audit as noting
from matinee.kernel import blinding, clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.key_rings import SIGNS_AFTER, KeyRing, TooManyKeysError
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
    newest = _tried(_wrapper().newest)
    for name, count in data_keys.count_by_wrapping().items():
        click.echo(f"{name}  {count} data keys{'  (newest)' if name == newest else ''}")


@seals.command(name="rotate")
@click.option("--retire", is_flag=True, help="Destroy the older key-encryption keys afterwards.")
def seals_rotate(*, retire: bool) -> None:
    """Make a new key-encryption key, and wrap every account's data key with it."""
    set_up()
    wrapper = _wrapper()
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


@seals.command(name="reindex")
@click.option("--retire", is_flag=True, help="Destroy the older keys of the index afterwards.")
def seals_reindex(*, retire: bool) -> None:
    """Make a new key by which sealed addresses are found, and index all of them with it.

    Takes minutes: every process must know the key before it is used.
    """
    set_up()
    _turn(blinding.ring())
    done = _resealing().reindex_all()
    if retire:
        # Who began before the new key counted has ended by now.
        clock.pause(SIGNS_AFTER.total_seconds())
        _retire(_resealing().reindex_all().unknown)
    _note("keys.reindexed", rows=done.rows, retired=retire)
    click.echo(f"{done.rows} rows are found by a new key now.")


def _turn(ring: KeyRing) -> None:
    """Put a new key on a ring, and wait until it counts everywhere."""
    try:
        fresh = ring.rotate()
    except TooManyKeysError as error:
        wanted = "There are too many keys of the index. Run this with --retire."
        raise click.ClickException(wanted) from error
    click.echo("A new key is made. It counts in two minutes …")
    clock.pause(max(0.0, fresh.signs_from_s - clock.unix_s()))


def _retire(unknown: int) -> None:
    if unknown:
        raise click.ClickException(
            f"All is indexed anew, but of {unknown} links to sign-in providers it is not known who"
            " is linked until they sign in that way again. The older keys stay for them: run this"
            " again some weeks later, or unlink those that nobody uses."
        )
    blinding.retire()


def _wrapper() -> Any:
    wrapper = data_keys.wrapper()
    # Of a service without any account nothing is missing: its first key was not asked for yet.
    if not any(data_keys.owners()):
        _tried(wrapper.begin)
    return wrapper


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
