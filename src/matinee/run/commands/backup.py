"""Commands that copy the records, and put copies back."""

from pathlib import Path

import click

from matinee.kernel import settings
from matinee.run import backups


@click.command(name="backup")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def backup(folder: Path) -> None:
    """Copy all records into a new folder below FOLDER, while everything runs.

    The keys of what is sealed go into FOLDER itself, over the copy before: never keep two, or
    who was erased can be read in old copies. Copy `media` and `secrets` by yourself.
    """
    try:
        made = backups.back_up(settings.get(), folder)
    except (backups.BackupError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"The records are in {made}, the keys in {folder / 'keys.dump'}.")


@click.command(name="restore")
@click.argument("records", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.confirmation_option(prompt="All records of today are replaced. Go on?")
def restore(records: Path) -> None:
    """Put RECORDS, a folder `records-…`, in the place of what is there, while the engines run.

    Keys are put back only where there are none. Who was erased since the copy was made is
    erased again within ten minutes.
    """
    try:
        backups.put_back(settings.get(), records)
    except (backups.BackupError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo("The records are back. Start Matinee anew, so that nothing goes by what was there.")
