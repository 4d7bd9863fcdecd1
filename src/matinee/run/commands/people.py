"""Commands about the people of this service: its staff, its viewers, and those of the demo."""

import importlib

import click

from matinee.run.django_setup import set_up


@click.group(name="staff")
def staff() -> None:
    """Make an account an owner of this service."""


@staff.command(name="add")
@click.argument("email")
def add(email: str) -> None:
    """Make the account of EMAIL an owner: it may do everything. It must have signed up before."""
    set_up()
    importlib.import_module("matinee.identity.actions").account_make_owner(email)
    click.echo(
        f"{email} is an owner now. It shows after the next sign-in; where others can reach the"
        " service, once a second factor is set up on the page Account, Security."
    )


@click.group(name="accounts")
def accounts() -> None:
    """Help people who cannot sign in."""


@accounts.command(name="remove-factors")
@click.argument("email")
def remove_factors(email: str) -> None:
    """Take all second factors from the account of EMAIL, and sign it out everywhere.

    For somebody who has lost app, passkeys and recovery codes. Make sure by other means who asks.
    """
    set_up()
    importlib.import_module("matinee.identity.actions").factors_remove(email)
    click.echo(f"{email} can sign in with the password alone now. They get a letter about it.")


@click.group(name="demo")
def demo() -> None:
    """Put in the demo films and viewers."""


@demo.command(name="seed")
def seed() -> None:
    """Put the demo's films and viewers into the running service; what is there stays as it is."""
    set_up()
    importlib.import_module("matinee.run.demo").seed()
