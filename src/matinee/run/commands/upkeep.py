"""Commands for whoever looks after a service, or changes it."""

import json
from pathlib import Path
from uuid import UUID

import click
from rich.console import Console
from rich.table import Table

from matinee.kernel import tasks
from matinee.kernel.events import dead_letters
from matinee.run import documents, manual, services
from matinee.run.django_setup import set_up

_WHERE = click.Choice(services.ALL)


@click.group(name="dead")
def dead() -> None:
    """Look at work that failed for good, and do it again."""


@dead.command(name="list")
@click.option("--service", type=_WHERE, help="Only this service's.")
def dead_list(service: str | None) -> None:
    """List the tasks and events that failed for good and were not replayed yet."""
    set_up()
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("id", "service", "failed", "what", "why"):
        table.add_column(title, overflow="fold")
    count = 0
    for name in [service] if service else services.ALL:
        for letter in dead_letters.waiting(name):
            failed = f"{letter.failed_at:%Y-%m-%d %H:%M}"
            what = " ".join((letter.task, str(letter.arguments.get("event_type", ""))))
            why = letter.error.strip().splitlines()[-1:] or [""]
            table.add_row(str(letter.pk), name, failed, what, why[0])
            count += 1
    if count:
        Console().print(table)
    else:
        click.echo("Nothing failed for good.")


@dead.command(name="replay")
@click.argument("letter", type=click.UUID)
def dead_replay(letter: UUID) -> None:
    """Do the work of the dead letter with this id again."""
    set_up()
    for name in services.ALL:
        if dead_letters.replay(name, letter, tasks.send):
            click.echo(f"Sent to the workers of {name}.")
            return
    msg = f"No dead letter has the id {letter}, or it was replayed before."
    raise click.ClickException(msg)


@click.command(name="entitlements")
def entitlements() -> None:
    """Tell every service again what accounts may watch, and with which plan.

    For services that lost their copy. After an upgrade it happens by itself.
    """
    set_up()
    # Models can be imported once Django is set up.
    from matinee.billing.actions.retelling import retelling_wish  # noqa: PLC0415

    retelling_wish("asked")
    tasks.send("matinee.billing.retell", {})
    click.echo("A worker tells them all again.")


@click.command(name="openapi")
@click.option("--folder", type=click.Path(path_type=Path), default="api", show_default=True)
@click.option("--check", is_flag=True, help="Write nothing; end with 1 if something would change.")
@click.option(
    "--whole",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write all services into this one document instead, as bin/client wants it.",
)
def openapi(folder: Path, *, check: bool, whole: Path | None) -> None:
    """Write the OpenAPI document of every service, from which the web app's types are made."""
    if whole is not None:
        whole.write_text(json.dumps(documents.whole()))
        return
    changed = documents.write(folder, check=check)
    for path in changed:
        click.echo(f"{path} {'is out of date' if check else 'written'}")
    if check and changed:
        raise click.ClickException("Run `matinee openapi` and review the change.")


@click.command(name="settings")
@click.option("--markdown", is_flag=True, help="As the page docs/settings.md.")
def settings(*, markdown: bool) -> None:
    """List every setting, what it means, and its value here."""
    if markdown:
        click.echo(manual.markdown(), nl=False)
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("variable", "value", "meaning"):
        table.add_column(title, overflow="fold")
    for _, group in manual.groups():
        values = group()
        for (variable, field), name in zip(
            manual.variables(group), group.model_fields, strict=True
        ):
            table.add_row(
                variable, _shown(variable, getattr(values, name)), field.description or ""
            )
    Console().print(table)


def _shown(variable: str, value: object) -> str:
    # An address of a server may hold a password.
    return "(set)" if value and variable.endswith("_URL") and "@" in str(value) else str(value)
