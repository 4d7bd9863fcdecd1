"""Sheets: taken in as they are sent, and brought in as a whole or not at all."""

import logging
import tempfile
import zipfile
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from matinee.catalog import queries, settings
from matinee.catalog.actions import titles
from matinee.catalog.actions.artwork import Spot, artwork_keep
from matinee.catalog.actions.families import SERVICE
from matinee.catalog.actions.leftovers import send_after_commit
from matinee.catalog.actions.sheet_artwork import KINDS, Gathered, pictures_gather
from matinee.catalog.models import SheetImport
from matinee.catalog.rules import sheet_order, sheets
from matinee.catalog.rules.sheets import Line, Read
from matinee.catalog.rules.workflow import Member
from matinee.contracts import catalog as messages
from matinee.contracts.catalog import sheets as sheet_messages
from matinee.contracts.catalog.sheets import SheetError
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import BadRequest, Conflict, Problem, TooLarge

log = logging.getLogger(__name__)

TASK = "matinee.catalog.take_sheet"
# No worker is at it for longer; one that died leaves it to the next.
TAKE_S = 1800
SHEET_BYTES_MAX = 64 * 1024 * 1024
_OPEN_MAX = 20
_ERRORS_KEPT = 200
_KEPT = timedelta(days=90)
_ZIP = b"PK\x03\x04"
_ANOTHER = "Another title has the same address, place or number elsewhere."


class _Outcome(NamedTuple):
    made: int
    changed: int
    errors: list[SheetError]


def sheet_send(
    file_name: str, blocks: Iterable[bytes], by: Member, *, is_trial: bool
) -> sheet_messages.SheetImport:
    """Keep a sheet, CSV or JSON, alone or in a ZIP with its pictures; a task brings it in.

    BadRequest without a content, TooLarge over the setting's size, Conflict where too many wait.
    """
    if SheetImport._default_manager.filter(ended_at=None).count() >= _OPEN_MAX:
        detail = f"{_OPEN_MAX} sheets are waiting already. Send this one when they are done."
        raise Conflict("too_many_sheets", detail)
    row = SheetImport(
        file_name=file_name, is_trial=is_trial, account_id=by.account_id, publishes=by.publishes
    )
    # Before the transaction: it comes as slowly as the sender's line.
    _keep(_file(row.pk), blocks)
    with transaction_of(SERVICE):
        row.save(force_insert=True)
        send_after_commit(TASK, import_id=str(row.pk))
    return queries.sheet_import(row)


def sheet_take(import_id: UUID) -> None:
    """Bring a sheet in that waits, or that a worker left behind when it died."""
    if not _begun(import_id):
        return
    row = SheetImport._default_manager.get(pk=import_id)
    try:
        _take(row)
    except Exception:
        log.exception("sheet %s could not be brought in", import_id)
        detail = "Something went wrong on our side; nothing was changed. Please send it again."
        _end(row, "failed", [SheetError(line=0, column="", detail=detail)])
    _file(row.pk).unlink(missing_ok=True)


def sheets_take() -> None:
    """Bring in what was left behind, and forget what was sent long ago."""
    waiting = SheetImport._default_manager.filter(_to_do()).order_by("pk")
    for import_id in list(waiting.values_list("pk", flat=True)[:_OPEN_MAX]):
        sheet_take(import_id)
    SheetImport._default_manager.filter(ended_at__lt=clock.now() - _KEPT).delete()


def _to_do() -> Q:
    died = clock.now() - timedelta(seconds=TAKE_S)
    return Q(state="waiting") | Q(state="working", began_at__lt=died)


def _begun(import_id: UUID) -> bool:
    """Whether it is this worker's turn."""
    mine = SheetImport._default_manager.filter(_to_do(), pk=import_id)
    return mine.update(state="working", began_at=clock.now()) == 1


def _take(row: SheetImport) -> None:
    with ExitStack() as open_things:
        archive, read = _opened(_file(row.pk), row.file_name, open_things)
        folder = Path(open_things.enter_context(tempfile.TemporaryDirectory()))
        row.lines = len(read.lines)
        named = sheet_order.slugs_named(read.lines)
        known = queries.known_titles(named)
        errors = [*read.errors, *sheet_order.misfits(read.lines, known)]
        gathered = pictures_gather(queries.unshown(read.lines), archive, folder)
        errors += gathered.errors
        outcome = _Outcome(0, 0, errors) if errors else _bring_in(row, read.lines, gathered)
    if outcome.errors or row.is_trial:
        row.made, row.changed = outcome.made, outcome.changed
        _end(row, "refused" if outcome.errors else "done", outcome.errors)


def _bring_in(row: SheetImport, lines: list[Line], gathered: Gathered) -> _Outcome:
    """All lines in one transaction, in which it is noted as well that it is done."""
    made = changed = 0
    errors: list[SheetError] = []
    with transaction_of(SERVICE):
        for line in sheet_order.in_turn(lines):
            try:
                with transaction.atomic(using=SERVICE):
                    is_new = _bring_in_line(row, line, gathered)
            except Problem as problem:
                errors.append(SheetError(line=line.number, column="", detail=problem.detail))
            except IntegrityError:
                errors.append(SheetError(line=line.number, column="", detail=_ANOTHER))
            else:
                made, changed = made + is_new, changed + (not is_new)
        if errors or row.is_trial:
            transaction.set_rollback(True, using=SERVICE)
        else:
            row.made, row.changed = made, changed
            _end(row, "done", [])
    return _Outcome(made, changed, errors)


def _bring_in_line(row: SheetImport, line: Line, gathered: Gathered) -> bool:
    """Make or change one title with its pictures; whether it is new."""
    said, by = line.title, Member(row.account_id, row.publishes)
    fields = {name: getattr(said, name) for name in said.model_fields_set}
    if said.member_slugs:
        fields["members"] = queries.ids_of_slugs(said.member_slugs)
    title_id = queries.id_of_slug(said.slug) if said.slug else None
    if title_id is None:
        own = messages.TitleDraft.model_fields
        draft = {name: value for name, value in fields.items() if name in own}
        made = titles.title_create(messages.TitleDraft.model_validate(draft), by)
    else:
        own = messages.TitleChange.model_fields
        change = {name: value for name, value in fields.items() if name in own}
        made = titles.title_change(title_id, messages.TitleChange.model_validate(change), by)
    for kind in KINDS:
        prepared = gathered.ready.get((line.number, kind))
        if prepared is not None and not row.is_trial:
            artwork_keep(made.id, Spot(kind), prepared.picture(), by)
    return title_id is None


def _opened(
    path: Path, file_name: str, open_things: ExitStack
) -> tuple[zipfile.ZipFile | None, Read]:
    """The archive, if it is one, and what the sheet in it says."""
    with path.open("rb") as file:
        is_archive = file.read(len(_ZIP)) == _ZIP
    if not is_archive:
        return None, _read(path.read_bytes(), file_name)
    try:
        archive = open_things.enter_context(zipfile.ZipFile(path))
        name = _sheet_in(archive)
        if name is None:
            return None, _unread("The archive holds no sheet: put a .csv or .json file at its top.")
        with archive.open(name) as sheet:
            return archive, _read(sheet.read(SHEET_BYTES_MAX + 1), name)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError):
        return None, _unread("The archive is damaged or locked with a password. Pack it anew.")


def _sheet_in(archive: zipfile.ZipFile) -> str | None:
    """The one sheet that lies highest in an archive."""
    found = [name for name in archive.namelist() if sheets.kind_of(name) and "__MACOSX" not in name]
    return min(found, key=lambda name: (len(PurePosixPath(name).parts), name), default=None)


def _read(content: bytes, file_name: str) -> Read:
    kind = sheets.kind_of(file_name) or ("json" if content.lstrip()[:1] in {b"{", b"["} else "csv")
    if len(content) > SHEET_BYTES_MAX:
        return _unread(f"A sheet may have {SHEET_BYTES_MAX // 1024**2} MiB. Part it into several.")
    return sheets.sheet_read(content, kind)


def _unread(detail: str) -> Read:
    return Read([], [SheetError(line=0, column="", detail=detail)])


def _end(row: SheetImport, state: str, errors: list[SheetError]) -> None:
    row.state, row.ended_at, row.account_id = state, clock.now(), None
    row.errors_all = len(errors)
    first = sorted(errors, key=lambda error: error.line)[:_ERRORS_KEPT]
    row.errors = [error.model_dump() for error in first]
    row.save()


def _file(import_id: UUID) -> Path:
    return settings.get().spool / "sheets" / str(import_id)


def _keep(path: Path, blocks: Iterable[bytes]) -> None:
    """Write a file whole or leave none."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with path.open("wb") as file:
            _write(file, blocks)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _write(file: BinaryIO, blocks: Iterable[bytes]) -> None:
    most = settings.get().sheet_size_bytes_max
    for block in blocks:
        if file.tell() + len(block) > most:
            raise TooLarge("sheet_too_large", f"A sheet may have {most // 1024**2} MiB.")
        file.write(block)
    if not file.tell():
        raise BadRequest("no_sheet", "Send the sheet as the body of the request.")
