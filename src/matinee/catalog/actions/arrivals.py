"""Looking into watched places: what lies there, what is to be taken, and what a person decides."""

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from matinee.catalog import places, settings
from matinee.catalog.actions import leftovers
from matinee.catalog.actions.families import SERVICE
from matinee.catalog.models.uploads import Arrival, Upload, WatchedPlace
from matinee.catalog.queries.files import known_titles
from matinee.catalog.rules import arrivals as rules
from matinee.catalog.rules.guesses import Guess, guesses
from matinee.contracts.catalog.files import FileDraft
from matinee.kernel import clock
from matinee.kernel import settings as kernel_settings
from matinee.kernel.databases import second_connection, transaction_of
from matinee.kernel.problems import Conflict, NotFound, Unprocessable

log = logging.getLogger(__name__)

_TOO_MANY = (
    f"More than {places.FILES_MAX} files lie here; the others are not looked at. Take away what "
    "was taken, or name its folders one by one."
)
# Looking at so many files costs about a tenth of a second.
_FILES_A_SECOND = 500
# Any number that no other advisory lock of this database has.
_LOCK = 7_204_118
KNOWN = "The catalogue has it already. Take it as the new film of that title?"
LEFT_OUT = "Somebody left it out."
# What was taken and lies there no more is forgotten after so long.
_FORGOTTEN = timedelta(days=90)
_COLUMNS = ("size_bytes", "version", "steady_since", "state", "note", "was_taken")
_CHANGEABLE = ("settling", "asking", "waiting", "refused")


@contextmanager
def alone() -> Iterator[bool]:
    """Whether no other process watches just now; holds as long as its own connection."""
    with second_connection(SERVICE) as connection:
        locked = connection.execute("SELECT pg_try_advisory_lock(%s)", (_LOCK,)).fetchone()
        yield locked == (True,)
        connection.execute("SELECT pg_advisory_unlock_all()")


def is_needed() -> bool:
    """Whether there is anything to watch, to take or to forget."""
    return bool(settings.get().watched) or Arrival._default_manager.exists()


def places_look() -> None:
    """Look into every watched place; one that does not answer is told, and the others go on."""
    urls = settings.get().watched
    WatchedPlace._default_manager.exclude(url__in=urls).delete()
    _forget_unwatched(urls)
    looked_at = dict(WatchedPlace._default_manager.values_list("url", "looked_at"))
    for url in urls:
        if not _is_due(url, looked_at.get(url)):
            continue
        problem = ""
        try:
            if not place_look(url).is_whole:
                problem = _TOO_MANY
        except places.PlaceError as error:
            problem = str(error)
        if problem:
            log.warning("%s cannot be watched whole: %s", url, problem)
        WatchedPlace._default_manager.update_or_create(
            url=url, defaults={"looked_at": clock.now(), "problem": problem}
        )


def _is_due(url: str, looked_at: datetime | None) -> bool:
    """Whether to look again: large places are looked at less often, so that it costs no more."""
    if looked_at is None:
        return True
    passed = clock.now() - looked_at
    known = Arrival._default_manager.filter(place=url).count()
    # A moment to come was told by a clock that was wrong.
    return passed < timedelta() or passed >= timedelta(seconds=known // _FILES_A_SECOND)


def _forget_unwatched(urls: Sequence[str]) -> None:
    """Folders that are watched no more are none of ours; what was imported once stays for long."""
    rows = Arrival._default_manager.exclude(place__in=urls)
    rows.filter(place__startswith="file:").exclude(state="taken").delete()
    rows.filter(state="taken", taken_at__lt=clock.now() - _FORGOTTEN).delete()


def bucket_import(url: str) -> int:
    """Have the films below a prefix of a bucket taken in once; how many files lie there.

    Unprocessable where it does not answer, holds nothing, or is the media store itself.
    """
    wanted = url.rstrip("/")
    try:
        looked = place_look(wanted, must_be_whole=True)
    except places.OwnPlaceError as error:
        code = "own_media_store"
        raise Unprocessable(code, str(error)) from error
    except places.PlaceError as error:
        code = "place_unreadable"
        raise Unprocessable(code, str(error)) from error
    if not looked.files:
        code = "place_empty"
        raise Unprocessable(code, f"Nothing lies below {wanted}. Check its spelling.")
    return len(looked.files)


def place_look(url: str, *, must_be_whole: bool = False) -> places.Listing:
    """Note what lies in a place and what is to become of it; what was found.

    PlaceError if it does not answer; then nothing is taken to be gone. So it is where only a part
    of it could be looked at; Unprocessable where it must be whole.
    """
    place = places.opened(url, kernel_settings.get())
    settle_s = settings.get().watch_settle_s if place.settles else 0
    habits = rules.Habits(timedelta(seconds=settle_s), settings.get().watch_asks)
    listing = place.files()
    if must_be_whole and not listing.is_whole:
        code = "place_too_large"
        detail = f"More than {places.FILES_MAX} files lie below {url}. Import it folder by folder."
        raise Unprocessable(code, detail)
    found = {one.path: one for one in listing.files}
    with transaction_of(SERVICE):
        rows = {row.path: row for row in Arrival._default_manager.filter(place=url)}
        before = {path: standing_of(row) for path, row in rows.items()}
        after = _looked(found, before, habits)
        changed = {path for path, now in after.items() if now != before.get(path)}
        _end_uploads([rows[path] for path in changed & set(rows) if _is_other(rows[path], after)])
        _keep(url, rows, {path: after[path] for path in changed})
        if listing.is_whole:
            _let_go([row for path, row in rows.items() if path not in found])
    return listing


def standing_of(row: Arrival) -> rules.Standing:
    """A file's row as the rules see it."""
    return rules.Standing(**{column: getattr(row, column) for column in _COLUMNS})


def arrival_decide(arrival_id: UUID, draft: FileDraft) -> None:
    """Let a file be taken as what a person says it is."""
    with transaction_of(SERVICE):
        row = _changeable(arrival_id)
        if draft.path != row.path:
            code = "other_file"
            raise Unprocessable(code, f"This is {row.path}, and the draft is of {draft.path}.")
        row.decided = draft.model_dump(mode="json")
        row.state, row.note, row.tries = "waiting", "", 0
        row.title_id = row.upload_id = None
        row.save()


def arrival_refuse(arrival_id: UUID) -> None:
    """Leave a file where it is, and ask about it no more until its content changes."""
    with transaction_of(SERVICE):
        row = _changeable(arrival_id)
        row.state, row.note = "refused", LEFT_OUT
        row.save()


def _changeable(arrival_id: UUID) -> Arrival:
    row = Arrival._default_manager.select_for_update().filter(pk=arrival_id).first()
    if row is None:
        code = "unknown_arrival"
        raise NotFound(code, "There is no such file in a watched place any more.")
    if row.state not in _CHANGEABLE:
        code = "arrival_taken"
        raise Conflict(code, f"{row.path} is being taken already. Change its title instead.")
    return row


def _looked(
    found: Mapping[str, places.Found],
    before: Mapping[str, rules.Standing],
    habits: rules.Habits,
) -> dict[str, rules.Standing]:
    """Where each file that was found stands now."""
    now = clock.now()
    after = {
        path: rules.seen(before.get(path), one.size_bytes, one.version, now)
        for path, one in found.items()
    }
    due = [
        path
        for path, one in after.items()
        if one.state == "settling" and now - one.steady_since >= habits.settle
    ]
    if due:
        told = {one.path: one for one in guesses(list(found), now.year + 1)}
        known = known_titles([told[path] for path in due])
        for path in due:
            guess = _doubted(told[path], known)
            after[path] = rules.judged(after[path], guess, habits, now)
    return after


def _doubted(guess: Guess, known: Mapping[str, UUID]) -> Guess:
    """The guess, in doubt where the catalogue has that title: nobody's film is replaced unasked."""
    return replace(guess, doubt=KNOWN) if not guess.doubt and guess.path in known else guess


def _is_other(row: Arrival, after: Mapping[str, rules.Standing]) -> bool:
    return row.version != after[row.path].version or row.size_bytes != after[row.path].size_bytes


def _keep(url: str, rows: Mapping[str, Arrival], changed: Mapping[str, rules.Standing]) -> None:
    new, old = [], []
    for path, standing in changed.items():
        row = rows.get(path) or Arrival(place=url, path=path, digest=digest_of(url, path))
        if path not in rows:
            new.append(row)
        else:
            if _is_other(row, changed):
                row.decided, row.tries, row.title_id, row.upload_id = None, 0, None, None
            old.append(row)
        for column in _COLUMNS:
            setattr(row, column, getattr(standing, column))
    Arrival._default_manager.bulk_create(new, batch_size=500)
    more = ("decided", "tries", "title", "upload_id")
    Arrival._default_manager.bulk_update(old, [*_COLUMNS, *more], batch_size=500)


def digest_of(url: str, path: str) -> str:
    """What a file of a place is found by, however long its path is."""
    return hashlib.sha256(f"{url}\0{path}".encode()).hexdigest()


def _let_go(rows: Sequence[Arrival]) -> None:
    """Forget files that are gone; of those that were taken, only after a long time."""
    since = clock.now() - _FORGOTTEN
    gone = [row for row in rows if row.state != "taken" or (row.taken_at or since) <= since]
    _end_uploads(gone)
    Arrival._default_manager.filter(pk__in=[row.pk for row in gone]).delete()


def _end_uploads(rows: Sequence[Arrival]) -> None:
    """End what was being copied of files that are not there, or not so, any more."""
    begun = [row.upload_id for row in rows if row.upload_id is not None]
    open_ = Upload._default_manager.filter(pk__in=begun, state=Upload.RECEIVING)
    leftovers.clear_after_commit(list(open_.values_list("pk", flat=True)), [])
    open_.delete()
