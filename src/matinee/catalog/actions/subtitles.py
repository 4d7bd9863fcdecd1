"""Subtitle files beside a title's film: put there by a person, told to `encoding` all at once."""

import tempfile
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from matinee.catalog import queries, rules, subtitles
from matinee.catalog import settings as own_settings
from matinee.catalog.actions.deeds import Fields, deed_note, file_check
from matinee.catalog.actions.families import SERVICE, family_lock
from matinee.catalog.models import HOLDING, Deed, SubtitleFile, Title
from matinee.catalog.rules.workflow import MACHINE, Member
from matinee.contracts import catalog as messages
from matinee.contracts import encoding
from matinee.contracts.events import SubtitlesChanged
from matinee.kernel import clock, ids, settings, storage
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce
from matinee.kernel.problems import Conflict, NotFound, Unprocessable

FILES_MAX = 60


class Slot(NamedTuple):
    """The place of a subtitle file beside a film; there is one file in each."""

    language: str
    label: str
    forced: bool

    @property
    def columns(self) -> Fields:
        """The same as a file's columns."""
        return {"language": self.language, "label": self.label, "forced": self.forced}


def subtitles_put(
    title_id: UUID, wanted: messages.SubtitleDraft, content: bytes, by: Member = MACHINE
) -> messages.TitleSubtitles:
    """Put a file beside a title's film; it replaces one of the same language, label and kind."""
    subtitles.check(content)
    key = f"subtitles/{title_id}/{ids.uuid7()}"
    with transaction_of(SERVICE):
        row = _locked_film(title_id)
        file_check(row, by)
        _store(content, key)
        slot = Slot(wanted.language, wanted.label, wanted.forced)
        name = rules.safe_file_name(wanted.file_name)
        file = {**slot.columns, "file_name": name, "size_bytes": len(content), "source": key}
        return _file_put(row, slot, file, by)


def _locked_film(title_id: UUID) -> Title:
    row = family_lock(title_id)
    if row.kind in HOLDING:
        code = f"{row.kind}_has_no_film"
        detail = f"A {row.kind} has no film of its own. Choose one of its {HOLDING[row.kind]}."
        raise Unprocessable(code, detail)
    return row


def subtitles_remove(
    title_id: UUID, subtitle_id: UUID, by: Member = MACHINE
) -> messages.TitleSubtitles:
    """Take a file away from beside a title's film; it is kept for as long as that can be undone."""
    with transaction_of(SERVICE):
        row = family_lock(title_id)
        file_check(row, by)
        found = row.subtitle_files.filter(pk=subtitle_id).first()
        if found is None:
            code = "unknown_subtitles"
            raise NotFound(code, "There is no such subtitle file beside this title's film.")
        return _file_put(row, Slot(found.language, found.label, found.forced), None, by)


def subtitles_undo(row: Title, deed: Deed, by: Member) -> None:
    """Put a file back, or take away what was added; Conflict where somebody changed it since.

    In a transaction that holds the lock of the title's family.
    """
    file_check(row, by)
    before, after = deed.before["subtitles"], deed.after["subtitles"]
    known = before or after
    slot = Slot(known["language"], known["label"], known["forced"])
    if _told(row, slot) != after:
        raise Conflict(
            "changed_since", "These subtitles were changed again since. Undo that first."
        )
    if before is not None and not storage.open_storage(settings.get()).exists(before["source"]):
        days = own_settings.get().undo_days
        detail = f"The file is not kept any more: that is for {days} days. Send it again."
        raise Conflict("file_gone", detail)
    _file_put(row, slot, before, by, verb="undone", undoes=deed)


def _file_put(
    row: Title, slot: Slot, file: Fields | None, by: Member, **told: Any
) -> messages.TitleSubtitles:
    """Let a file, or none, stand in a slot, and write it down; `told` are `Deed`'s columns."""
    before = _told(row, slot)
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
    deed_note(row.pk, verb, by, before={"subtitles": before}, after={"subtitles": file}, **told)
    return _changed(row)


def _told(row: Title, slot: Slot) -> Fields | None:
    """What history says of the file in a slot."""
    found = row.subtitle_files.filter(**slot.columns).first()
    if found is None:
        return None
    told = {"file_name": found.file_name, "size_bytes": found.size_bytes}
    return {**slot.columns, **told, "source": found.source_key}


def _changed(row: Title) -> messages.TitleSubtitles:
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
    return queries.title_subtitles(row.pk)


def _store(content: bytes, key: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "subtitles"
        path.write_bytes(content)
        storage.open_storage(settings.get()).put_file(path, key)
