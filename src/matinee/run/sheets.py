"""Sheets from the command line: sent, waited for, and told of; films are sent after them."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click
from rich.console import Console

from matinee.contracts.catalog import StudioTitle
from matinee.contracts.catalog.sheets import SheetImport
from matinee.kernel import clock
from matinee.kernel.problems import NotFound, Problem
from matinee.run import sending
from matinee.run.drafting import STUDIO, AddError, check_film
from matinee.run.libraries.library import Library
from matinee.run.operator import Operator

SHEETS = "/api/catalog/studio/sheets"
_POLL_S = 0.5
# Longer than any worker is at a sheet; one that died leaves it to the next.
_PATIENCE_S = 2 * 3600.0
_BLOCK_BYTES = 1024 * 1024
_SEND_TIMEOUT_S = 300.0
_REMARKS_SHOWN = 50


class SheetError(click.ClickException):
    """The sheet was not brought in; the message says why, by line."""


def sheet_bring_in(operator: Operator, sheet: Path, *, is_trial: bool) -> SheetImport:
    """Send a sheet and wait for what comes of it; SheetError where nothing was changed for it."""
    asked = {"file_name": sheet.name, "is_trial": str(is_trial).lower()}
    with sheet.open("rb") as file:
        told = operator.ask(
            SheetImport,
            "POST",
            SHEETS,
            params=asked,
            content=_blocks(file),
            # How much it is must be known before: the service reads no open-ended body.
            headers={
                "Content-Type": "application/octet-stream",
                "Content-Length": str(sheet.stat().st_size),
            },
            timeout=_SEND_TIMEOUT_S,
        )
    told = _awaited(operator, told)
    if told.state != "done":
        raise SheetError(_refusal(told))
    return told


def library_bring_in(operator: Operator, console: Console, library: Library) -> None:
    """Bring titles and pictures in at once, then each film that is not there yet."""
    for remark in library.remarks[:_REMARKS_SHOWN]:
        console.print(remark, markup=False)
    if not library.titles:
        raise SheetError("There is no title in it. Look at the folder or the files once more.")
    with tempfile.TemporaryDirectory() as folder:
        packed = Path(folder) / "library.zip"
        library.pack(packed)
        told = sheet_bring_in(operator, packed, is_trial=False)
    console.print(f"{told.made} titles were made and {told.changed} changed.")
    for slug, film in library.films.items():
        try:
            _film_send(operator, console, slug, film)
        except (AddError, Problem, sending.FileChangedError) as error:
            said = error.detail if isinstance(error, Problem) else str(error)
            console.print(f"{film}: {said}", markup=False)


def _film_send(operator: Operator, console: Console, slug: str, film: Path) -> None:
    """Upload the film of a title that has none; what was begun before goes on."""
    file = check_film(film)
    memory = sending.Memory(file)
    known = memory.recall()
    if known is None or not sending.upload_is_open(operator, known):
        path = f"{STUDIO}/{_id_of(operator, slug)}"
        title = sending.patiently(lambda: operator.ask(StudioTitle, "GET", path))
        if title.progress is not None:
            return
        known = sending.upload_begin(operator, file, title.title.id)
        memory.keep(known)
    console.print(f"Sending {film.name}", markup=False)
    sending.upload_send(operator, file, known, lambda _offset: None)
    memory.forget()


def _id_of(operator: Operator, slug: str) -> str:
    path = f"/api/catalog/titles/{slug}"
    return str(sending.patiently(lambda: operator.send("GET", path)).json()["id"])


def _awaited(operator: Operator, told: SheetImport) -> SheetImport:
    until_s = clock.monotonic_s() + _PATIENCE_S
    while told.ended_at is None:
        if clock.monotonic_s() > until_s:
            raise SheetError("No worker has taken the sheet for hours. See `matinee status`.")
        clock.pause(_POLL_S)
        try:
            told = operator.ask(SheetImport, "GET", f"{SHEETS}/{told.id}")
        except NotFound:
            raise
        except Problem as problem:
            if not sending.is_passing(problem):
                raise
    return told


def _refusal(told: SheetImport) -> str:
    lines = [
        f"{f'line {one.line}' if one.line else 'the sheet'}"
        f"{f', {one.column}' if one.column else ''}: {one.detail}"
        for one in told.errors
    ]
    more = told.errors_all - len(told.errors)
    if more:
        lines.append(f"… and {more} more.")
    return "\n".join(["Nothing was changed:", *lines])


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(_BLOCK_BYTES):
        yield block
