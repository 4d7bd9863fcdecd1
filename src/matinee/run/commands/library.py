"""The commands that bring many titles in at once, and take them out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click
from rich.console import Console

from matinee.kernel.problems import Problem
from matinee.run.libraries import jellyfin, mediacms
from matinee.run.libraries.library import Library
from matinee.run.operator import Operator
from matinee.run.sheets import SheetError, library_bring_in, sheet_bring_in

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_EXPORT = "/api/catalog/studio/sheet"
_EXPORT_TIMEOUT_S = 600.0


@click.group(name="titles")
def titles() -> None:
    """Take all titles out as a file, or bring many in; all of a file or nothing."""


@titles.command(name="export")
@click.option("--format", "kind", type=click.Choice(["csv", "json"]), default="csv")
@click.option("--output", "-o", type=click.File("wb"), default="-", help="A file; else the screen.")
def export(kind: str, output: BinaryIO) -> None:
    """Write every title as a line of a table, which can be brought in again."""
    with _asking() as operator:
        answer = operator.send("GET", f"{_EXPORT}.{kind}", timeout=_EXPORT_TIMEOUT_S)
        output.write(answer.content)


@titles.command(name="import")
@click.argument("sheet", type=_FILE)
@click.option("--trial", is_flag=True, help="Only say what would come of it.")
def bring_in(sheet: Path, *, trial: bool) -> None:
    """Bring in the titles of SHEET: a CSV or JSON file, or a ZIP of one with its pictures."""
    _sheet(sheet, trial=trial)


@click.group(name="import")
def library() -> None:
    """Bring a library of another server over, with its pictures and films."""


@library.command(name="jellyfin")
@click.argument("folder", type=_FOLDER)
def from_jellyfin(folder: Path) -> None:
    """Bring over the films and series in FOLDER, as Jellyfin keeps them beside NFO files."""
    _bring_over(lambda: jellyfin.read(folder))


@library.command(name="mediacms")
@click.argument("dumps", type=_FILE, nargs=-1, required=True)
@click.option("--media", type=_FOLDER, help="MediaCMS's folder `media_files`, for films.")
def from_mediacms(dumps: tuple[Path, ...], media: Path | None) -> None:
    """Bring over what answers of MediaCMS's API tell of, kept as JSON in DUMPS."""
    _bring_over(lambda: mediacms.read(dumps, media))


@library.command(name="csv")
@click.argument("sheet", type=_FILE)
@click.option("--trial", is_flag=True, help="Only say what would come of it.")
def from_csv(sheet: Path, *, trial: bool) -> None:
    """Bring in the titles of SHEET, as `matinee titles import` does."""
    _sheet(sheet, trial=trial)


def _sheet(sheet: Path, *, trial: bool) -> None:
    with _asking() as operator:
        told = sheet_bring_in(operator, sheet, is_trial=trial)
    would = "would be " if trial else ""
    click.echo(f"{told.made} titles {would}made, {told.changed} {would}changed.")


def _bring_over(read: Callable[[], Library]) -> None:
    try:
        found = read()
    except (mediacms.DumpError, OSError) as error:
        raise SheetError(str(error)) from error
    with _asking() as operator:
        library_bring_in(operator, Console(), found)


@contextmanager
def _asking() -> Iterator[Operator]:
    operator = Operator()
    try:
        yield operator
    except Problem as problem:
        raise SheetError(problem.detail) from problem
    finally:
        operator.close()


# The command's own name, which Python keeps for itself.
vars()["import"] = library
