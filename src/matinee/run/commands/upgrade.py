"""The command that goes from one release to another."""

import click

from matinee.kernel import settings
from matinee.run import upgrading
from matinee.run.backups import BackupError


@click.command(name="upgrade")
@click.option("--back", "is_back", is_flag=True, help="Return to the release before.")
@click.option("--no-backup", is_flag=True, help="Do not copy the records first.")
def upgrade(*, is_back: bool, no_backup: bool) -> None:
    """Go over to this release while everything runs, or back to the one before.

    This release lies in a folder of its own; MATINEE_HOME names the home folder of what runs.
    Viewers notice nothing: each process is replaced when the new one is ready. If something
    fails, the release before goes on by itself.
    """
    try:
        if is_back:
            before = upgrading.Running(settings.get(), click.echo).go_back()
            click.echo(f"{before.checkout} serves again.")
            return
        upgrading.upgrade(settings.get(), click.echo, copied=not no_backup)
    except (upgrading.UpgradeError, BackupError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        "This release serves. Keep the folder of the one before until you are sure:"
        " `matinee upgrade --back` returns to it."
    )
