"""Commands about applications of others that act in people's names."""

import importlib

import click
from pydantic import ValidationError

from matinee.contracts.oauth import ClientDraft
from matinee.kernel import audit
from matinee.kernel.scopes import SCOPES
from matinee.run.django_setup import set_up


@click.group(name="clients")
def clients() -> None:
    """Let applications of others ask people for leave (OAuth 2.0)."""


@clients.command(name="add")
@click.argument("name")
@click.option("--redirect-uri", "redirect_uris", multiple=True, help="Where codes go, exactly.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(sorted(SCOPES)),
    help="What it may ask for; once for each.",
)
@click.option("--secret", is_flag=True, help="It runs on a server, and can keep a secret.")
@click.option("--device", is_flag=True, help="It runs on a television, and signs in by a code.")
def add(
    name: str,
    redirect_uris: tuple[str, ...],
    scopes: tuple[str, ...],
    *,
    secret: bool,
    device: bool,
) -> None:
    """Register the application NAME, and show how it calls itself."""
    wish = {"name": name, "redirect_uris": redirect_uris, "scopes": scopes}
    try:
        draft = ClientDraft.model_validate({**wish, "is_public": not secret, "is_device": device})
    except ValidationError as error:
        told = "; ".join(str(each["msg"]) for each in error.errors())
        raise click.ClickException(told) from error
    set_up()
    actions = importlib.import_module("matinee.identity.actions.clients")
    registered = actions.client_register(draft, audit.COMMAND_LINE)
    click.echo(f"client_id      {registered.client.client_id}")
    if registered.secret is not None:
        click.echo(f"client_secret  {registered.secret}")
        click.echo("The secret is shown this once.")


@clients.command(name="list")
def show() -> None:
    """Show the registered applications."""
    set_up()
    for client in importlib.import_module("matinee.identity.queries").clients_registered():
        click.echo(f"{client.client_id}  {client.name}  ({', '.join(client.scopes)})")


@clients.command(name="remove")
@click.argument("client_id")
def remove(client_id: str) -> None:
    """Remove the application CLIENT_ID, and sign it out everywhere."""
    set_up()
    known = importlib.import_module("matinee.identity.queries").clients_registered()
    found = next((each for each in known if each.client_id == client_id), None)
    if found is None:
        raise click.ClickException(
            f"There is no application {client_id}. See `matinee clients list`."
        )
    actions = importlib.import_module("matinee.identity.actions.clients")
    actions.client_remove(found.id, audit.COMMAND_LINE)
    click.echo(f"{found.name} is removed.")
