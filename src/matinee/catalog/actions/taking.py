"""Files of watched places are taken in: copied piece by piece as an upload is, and announced.

Whoever takes a file may die at any moment: the next one goes on where the upload stands.
"""

import logging
from contextlib import AbstractContextManager
from uuid import UUID

from matinee.catalog import film_kinds, places, subtitles
from matinee.catalog.actions import chunks
from matinee.catalog.actions.arrivals import standing_of
from matinee.catalog.actions.families import SERVICE
from matinee.catalog.actions.file_titles import file_titles
from matinee.catalog.actions.subtitles import put_by, subtitles_put
from matinee.catalog.actions.uploads import Film, upload_append, upload_create, upload_open
from matinee.catalog.models.uploads import Arrival, Upload
from matinee.catalog.rules import arrivals as rules
from matinee.catalog.rules.guesses import Guess, guess
from matinee.catalog.rules.workflow import MACHINE
from matinee.contracts.catalog.files import FileDraft
from matinee.contracts.catalog.subtitles import SubtitleDraft
from matinee.kernel import clock, settings
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Conflict, Gone, NotFound, Problem, TooLarge, Unprocessable

log = logging.getLogger(__name__)

# After each piece it is looked whether the file is still wanted.
PIECE_BYTES = 64 * 1024 * 1024
# What comes to the same however often it is tried.
_FINAL = (Conflict, TooLarge, Unprocessable)
NO_FILM_BESIDE = "No film of its name lies beside it yet."


def arrivals_take(until_s: float) -> int:
    """Take what waits, oldest first, until a moment of the monotonic clock; how many were taken."""
    taken = 0
    seen: set[UUID] = set()
    while clock.monotonic_s() < until_s:
        row = _next(seen)
        if row is None:
            break
        seen.add(row.pk)
        taken += _take_or_note(row, until_s)
    return taken


def _next(seen: set[UUID]) -> Arrival | None:
    """What is being taken goes on before anything is begun; films before their subtitles."""
    rows = Arrival._default_manager.filter(state__in=["taking", "waiting"]).exclude(pk__in=seen)
    return rows.order_by("state", "created_at").first()


def _take_or_note(row: Arrival, until_s: float) -> bool:
    try:
        return _take(row, until_s)
    except places.ChangedError:
        # The next look sees what it is now, and whether it is.
        return False
    except (Problem, places.PlaceError, OSError) as error:
        note = error.detail if isinstance(error, Problem) else str(error)
        _put_off(row, note, is_final=isinstance(error, _FINAL))
    except Exception:
        log.exception("%s in %s could not be taken", row.path, row.place)
        _put_off(row, "Something went wrong on our side; the log tells more.", is_final=False)
    return False


def _put_off(row: Arrival, note: str, *, is_final: bool) -> None:
    state, said = ("refused", note) if is_final else rules.failed(row.tries + 1, note)
    Arrival._default_manager.filter(pk=row.pk, state__in=["waiting", "taking"]).update(
        state=state, note=said, tries=row.tries + 1
    )


def _take(row: Arrival, until_s: float) -> bool:
    """Go on with one file; whether it is taken now."""
    told = guess(row.path, clock.now().year + 1)
    if told.kind == "subtitles" and row.decided is None:
        return _take_subtitles(row, told)
    upload = _upload_of(row, told)
    if upload.state == Upload.RECEIVING:
        with _reading(row, upload.offset_bytes) as read:
            while upload.state == Upload.RECEIVING and clock.monotonic_s() < until_s:
                rest = min(PIECE_BYTES, upload.size_bytes - upload.offset_bytes)
                before = upload.offset_bytes
                upload = upload_append(upload.pk, chunks.Chunk(before, rest, read))
                if upload.offset_bytes == before:
                    raise places.ChangedError(row.path)
    if upload.state == Upload.RECEIVING:
        return False
    return _finish(row)


def _finish(row: Arrival) -> bool:
    rows = Arrival._default_manager.filter(pk=row.pk, version=row.version, state="taking")
    return bool(rows.update(state="taken", note="", taken_at=clock.now()))


def _upload_of(row: Arrival, told: Guess) -> Upload:
    """The upload that a file is copied by: the one under way, or a new one."""
    if row.upload_id is not None:
        try:
            return upload_open(row.upload_id)
        except (NotFound, Gone):
            if row.title_id is None:
                code = "title_removed"
                detail = "Its title was removed. Take it again if that was a mistake."
                raise Unprocessable(code, detail) from None
    _refuse_what_is_no_film(row)
    with transaction_of(SERVICE):
        locked = Arrival._default_manager.select_for_update().get(pk=row.pk)
        if standing_of(locked) != standing_of(row):
            raise places.ChangedError(row.path)
        if locked.title_id is None:
            (made,) = file_titles([_draft(row, told)])
            locked.title_id = made.title_id
        file_name = row.path.rpartition("/")[2]
        upload = upload_create(locked.title_id, Film(file_name, row.size_bytes))
        locked.upload_id, locked.state, locked.note = upload.pk, "taking", ""
        locked.save()
    row.title_id, row.upload_id, row.state = locked.title_id, upload.pk, "taking"
    return upload


def _refuse_what_is_no_film(row: Arrival) -> None:
    """Before a title is made for it."""
    with _reading(row, 0) as read:
        kind = film_kinds.not_a_film(read(film_kinds.SNIFFED_BYTES))
    if kind is not None:
        code = "not_a_film"
        raise Unprocessable(code, f"This file is {kind}, not a film.")


def _reading(row: Arrival, offset_bytes: int) -> AbstractContextManager[places.Read]:
    found = places.Found(row.path, row.size_bytes, row.version)
    return places.opened(row.place, settings.get()).reading(found, offset_bytes)


def _draft(row: Arrival, told: Guess) -> FileDraft:
    if row.decided is not None:
        return FileDraft.model_validate(row.decided)
    return FileDraft(
        path=row.path,
        kind="episode" if told.kind == "episode" else "film",
        name=told.name,
        year=told.year,
        series=told.series,
        season=told.season,
        episode=told.episode,
    )


def _take_subtitles(row: Arrival, told: Guess) -> bool:
    """Put a subtitle file beside the film that it is named after, once that is being taken."""
    films = Arrival._default_manager.filter(place=row.place, path__startswith=f"{told.beside}.")
    beside = [one for one in films if one.path.rpartition(".")[0] == told.beside]
    title_id = next((one.title_id for one in beside if one.title_id is not None), None)
    if title_id is None:
        Arrival._default_manager.filter(pk=row.pk).update(note=NO_FILM_BESIDE)
        return False
    with _reading(row, 0) as read:
        content = _all(read)
    name = row.path.rpartition("/")[2]
    draft = SubtitleDraft(language=told.language, forced=told.forced, file_name=name[:200])
    with transaction_of(SERVICE):
        subtitles_put(title_id, draft, content, put_by(MACHINE))
        Arrival._default_manager.filter(pk=row.pk).update(
            state="taken", note="", taken_at=clock.now(), title_id=title_id
        )
    return True


def _all(read: places.Read) -> bytes:
    """All of a small file, and never more of it than a subtitle file may have."""
    content = b""
    while len(content) <= subtitles.SIZE_BYTES_MAX and (block := read(1024 * 1024)):
        content += block
    return content
