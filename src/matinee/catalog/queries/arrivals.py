"""What lies in watched places, and uploads that somebody began, as people in Studio see them."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.db.models import Case, Count, Value, When

from matinee.catalog import settings
from matinee.catalog.models.uploads import Arrival, Upload, WatchedPlace
from matinee.catalog.queries.files import guess_message, known_titles
from matinee.catalog.rules.guesses import Guess, guess
from matinee.contracts.catalog import files as messages
from matinee.kernel import clock

ARRIVALS_MAX = 200
# What needs somebody comes first, what is done with last.
_ORDER = ("asking", "taking", "waiting", "settling", "refused", "taken")


def arrivals() -> messages.Arrivals:
    """What lies in watched places, in as many queries for a hundred files as for one."""
    rank = Case(*(When(state=state, then=Value(n)) for n, state in enumerate(_ORDER)))
    rows = list(Arrival._default_manager.order_by(rank, "-created_at")[:ARRIVALS_MAX])
    counted = Arrival._default_manager.values_list("state").annotate(count=Count("pk"))
    return messages.Arrivals(
        places=_places(),
        arrivals=_messages(rows),
        counts={cast("messages.ArrivalState", state): count for state, count in counted},
    )


def _places() -> list[messages.WatchedPlace]:
    known = {row.url: row for row in WatchedPlace._default_manager.all()}
    return [
        messages.WatchedPlace(
            url=url,
            problem=known[url].problem if url in known else "",
            looked_at=known[url].looked_at if url in known else None,
        )
        for url in settings.get().watched
    ]


def _messages(rows: Sequence[Arrival]) -> list[messages.Arrival]:
    year_last = clock.now().year + 1
    told = {row.pk: _guess_of(row, year_last) for row in rows}
    asked = [told[row.pk] for row in rows if row.state == "asking"]
    known = known_titles(asked)
    shares = _shares([row.upload_id for row in rows if row.upload_id and row.state == "taking"])
    return [
        messages.Arrival(
            id=row.pk,
            place=row.place,
            path=row.path,
            size_bytes=row.size_bytes,
            state=cast("messages.ArrivalState", row.state),
            note=row.note,
            guess=guess_message(
                told[row.pk], known.get(row.path) if row.state == "asking" else row.title_id
            ),
            title_id=row.title_id,
            fraction=shares.get(row.upload_id) if row.upload_id else None,
            seen_at=row.created_at,
            taken_at=row.taken_at,
        )
        for row in rows
    ]


def _guess_of(row: Arrival, year_last: int) -> Guess:
    """What the file's name says, or what a person said instead."""
    told = guess(row.path, year_last)
    if row.decided is None:
        return told
    said = messages.FileDraft.model_validate(row.decided)
    return Guess(
        row.path,
        said.kind,
        name=said.name,
        year=said.year,
        series=said.series,
        season=said.season,
        episode=said.episode,
        belongs_to=said.belongs_to,
    )


def _shares(upload_ids: Sequence[UUID]) -> dict[UUID, float]:
    rows = Upload._default_manager.filter(pk__in=upload_ids)
    return {
        pk: offset / size
        for pk, offset, size in rows.values_list("pk", "offset_bytes", "size_bytes")
    }
