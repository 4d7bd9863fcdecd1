"""Subtitle files beside a title's film: put there by a person, told to `encoding` all at once."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from matinee.catalog import queries, rules, subtitles
from matinee.catalog import settings as own_settings
from matinee.catalog.actions.deeds import Fields, change_check, deed_note
from matinee.catalog.actions.families import SERVICE, family_lock
from matinee.catalog.models import HOLDING, SubtitleFile, Title
from matinee.catalog.rules.workflow import Member
from matinee.contracts import catalog as messages
from matinee.contracts import encoding
from matinee.contracts.events import SubtitlesChanged
from matinee.kernel import clock, ids, settings, storage
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce
from matinee.kernel.problems import Conflict, NotFound, Unprocessable

FILES_MAX = 60
# What a file is called in a title's history.
SUBTITLES = "subtitles"


class Slot(NamedTuple):
    """The place of a subtitle file beside a film; there is one file in each."""

    language: str
    label: str
    forced: bool

    @property
    def columns(self) -> Fields:
        """The same as a file's columns."""
        return {"language": self.language, "label": self.label, "forced": self.forced}

    @property
    def field(self) -> str:
        """What it is called among the fields of a title; the language is read by people."""
        kind = "forced" if self.forced else ""
        return f"{SUBTITLES}:{self.language}:{kind}:{self.label}"


Put = Callable[[Title, Slot, Fields | None], None]
"""What is done with a file, or with none in its place: put there at once, or proposed."""


def slot_of(field: str) -> Slot | None:
    """The slot that a title's fields call so; None for what is no subtitle file."""
    name, _, rest = field.partition(":")
    if name != SUBTITLES:
        return None
    language, kind, label = rest.split(":", 2)
    return Slot(language, label, forced=bool(kind))


def slot_told(file: Fields) -> Slot:
    """The slot of a file as history tells of it."""
    return Slot(file["language"], file["label"], forced=file["forced"])


def put_by(by: Member) -> Put:
    """Put a member's file there at once; Forbidden where somebody else has to approve it."""

    def put(row: Title, slot: Slot, file: Fields | None) -> None:
        change_check(row, by)
        subtitles_show(row, slot, file, by)

    return put


def subtitles_put(
    title_id: UUID, wanted: messages.SubtitleDraft, content: bytes, put: Put
) -> messages.TitleSubtitles:
    """Put a file beside a title's film; it replaces one of the same language, label and kind."""
    subtitles.check(content)
    key = f"subtitles/{title_id}/{ids.uuid7()}"
    with transaction_of(SERVICE):
        row = _locked_film(title_id)
        _store(content, key)
        slot = Slot(wanted.language, wanted.label, wanted.forced)
        name = rules.safe_file_name(wanted.file_name)
        file = {**slot.columns, "file_name": name, "size_bytes": len(content), "source": key}
        put(row, slot, file)
        return queries.title_subtitles(title_id)


def _locked_film(title_id: UUID) -> Title:
    row = family_lock(title_id)
    if row.kind in HOLDING:
        code = f"{row.kind}_has_no_film"
        detail = f"A {row.kind} has no film of its own. Choose one of its {HOLDING[row.kind]}."
        raise Unprocessable(code, detail)
    return row


def subtitles_remove(title_id: UUID, subtitle_id: UUID, put: Put) -> messages.TitleSubtitles:
    """Take a file away from beside a title's film; it is kept for as long as that can be undone."""
    with transaction_of(SERVICE):
        row = family_lock(title_id)
        found = row.subtitle_files.filter(pk=subtitle_id).first()
        if found is None:
            code = "unknown_subtitles"
            raise NotFound(code, "There is no such subtitle file beside this title's film.")
        put(row, Slot(found.language, found.label, found.forced), None)
        return queries.title_subtitles(title_id)


def subtitles_show(row: Title, slot: Slot, file: Fields | None, by: Member, **told: Any) -> None:
    """Let a file, or none, stand in a slot, and write it down; `told` are `Deed`'s columns.

    Conflict where it is not kept. In a transaction that holds the lock of the title's family.
    """
    before = subtitles_at(row, slot)
    if file is not None and not storage.open_storage(settings.get()).exists(file["source"]):
        days = own_settings.get().undo_days
        detail = f"The file is not kept any more: that is for {days} days. Send it again."
        raise Conflict("file_gone", detail)
    row.subtitle_files.filter(**slot.columns).delete()
    if file is not None:
        if row.subtitle_files.count() >= FILES_MAX:
            code = "too_many_subtitles"
            raise Conflict(code, f"A film has {FILES_MAX} subtitle files at most. Remove some.")
        columns = {name: value for name, value in file.items() if name != "source"}
        key = file["source"]
        made = UUID(key.rpartition("/")[2])
        SubtitleFile._default_manager.create(id=made, title=row, source_key=key, **columns)
    verb = told.pop("verb", "subtitles")
    deed_note(row.pk, verb, by, before={SUBTITLES: before}, after={SUBTITLES: file}, **told)
    _changed(row)


def subtitles_at(row: Title, slot: Slot) -> Fields | None:
    """What history says of the file in a slot."""
    found = row.subtitle_files.filter(**slot.columns).first()
    if found is None:
        return None
    told = {"file_name": found.file_name, "size_bytes": found.size_bytes}
    return {**slot.columns, **told, "source": found.source_key}


def _changed(row: Title) -> None:
    """Tell `encoding` of all files, and note whether the film was sent without them."""
    files = list(queries.subtitle_files_of(row.pk))
    waits = row.film_upload_id is not None
    Title._default_manager.filter(pk=row.pk).update(subtitles_wait=waits, updated_at=clock.now())
    announce(
        SERVICE,
        SubtitlesChanged(
            title_id=row.pk,
            files=[
                encoding.SubtitleFile(
                    id=file.pk,
                    source_key=file.source_key,
                    language=file.language,
                    label=file.label,
                    forced=file.forced,
                )
                for file in files
            ],
        ),
    )


def _store(content: bytes, key: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "subtitles"
        path.write_bytes(content)
        storage.open_storage(settings.get()).put_file(path, key)
