"""Subtitle files beside a title's film: put there by a person, told to `encoding` all at once."""

import tempfile
from pathlib import Path
from uuid import UUID

from matinee.catalog import queries, rules, subtitles
from matinee.catalog.actions import leftovers
from matinee.catalog.actions.families import SERVICE, family_lock
from matinee.catalog.models import HOLDING, SubtitleFile, Title
from matinee.contracts import catalog as messages
from matinee.contracts import encoding
from matinee.contracts.events import SubtitlesChanged
from matinee.kernel import clock, ids, settings, storage
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce
from matinee.kernel.problems import Conflict, NotFound, Unprocessable

FILES_MAX = 60


def subtitles_put(
    title_id: UUID, wanted: messages.SubtitleDraft, content: bytes
) -> messages.TitleSubtitles:
    """Put a file beside a title's film; it replaces one of the same language, label and kind."""
    subtitles.check(content)
    name = rules.safe_file_name(wanted.file_name)
    made = ids.uuid7()
    key = f"subtitles/{title_id}/{made}"
    with transaction_of(SERVICE):
        row = _locked_film(title_id)
        same = row.subtitle_files.filter(
            language=wanted.language, label=wanted.label, forced=wanted.forced
        )
        _clear(list(same))
        same.delete()
        if row.subtitle_files.count() >= FILES_MAX:
            code = "too_many_subtitles"
            raise Conflict(code, f"A film has {FILES_MAX} subtitle files at most. Remove some.")
        _store(content, key)
        SubtitleFile._default_manager.create(
            id=made,
            title=row,
            file_name=name,
            size_bytes=len(content),
            source_key=key,
            **wanted.model_dump(exclude={"file_name"}),
        )
        return _changed(row)


def _locked_film(title_id: UUID) -> Title:
    row = family_lock(title_id)
    if row.kind in HOLDING:
        code = f"{row.kind}_has_no_film"
        detail = f"A {row.kind} has no film of its own. Choose one of its {HOLDING[row.kind]}."
        raise Unprocessable(code, detail)
    return row


def subtitles_remove(title_id: UUID, subtitle_id: UUID) -> messages.TitleSubtitles:
    """Take a file away from beside a title's film."""
    with transaction_of(SERVICE):
        row = family_lock(title_id)
        found = row.subtitle_files.filter(pk=subtitle_id)
        gone = list(found)
        if not gone:
            code = "unknown_subtitles"
            raise NotFound(code, "There is no such subtitle file beside this title's film.")
        _clear(gone)
        found.delete()
        return _changed(row)


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


def _clear(files: list[SubtitleFile]) -> None:
    leftovers.clear_after_commit([], [file.source_key for file in files])
