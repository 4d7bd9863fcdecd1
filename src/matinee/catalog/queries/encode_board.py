"""All encodes at once: under way in the order of their turns, and those that ended last."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from django.db.models import Case, Q, QuerySet, Value, When

from matinee.catalog import rules
from matinee.catalog.models import Title, Upload
from matinee.catalog.queries.cards import artwork_url
from matinee.catalog.queries.encodes import progress_of
from matinee.catalog.queries.rows import encode_of, row_of, title_rows
from matinee.catalog.rules import pace
from matinee.contracts.catalog import TitleKind
from matinee.contracts.catalog.encode_board import EncodeBoard, EncodeEntry
from matinee.contracts.encode_outlooks import EncodeOutlook, EncodePriority
from matinee.kernel import clock
from matinee.kernel.problems import NotFound

UNDER_WAY_MAX = 100
ENDED_MAX = 20


def encode_board() -> EncodeBoard:
    """What Studio shows of all encodes; in as many queries for a hundred as for one."""
    awaited = Upload._default_manager.filter(encode_awaited=True).values("title_id")
    running = _rows().filter(Q(pk__in=awaited) | (Q(encode__isnull=False) & _is_running()))
    turn = Case(
        When(priority__priority="first", then=Value(0)),
        When(priority__priority="last", then=Value(2)),
        default=Value(1),
    )
    under_way = list(running.order_by(turn, "film_upload_id")[:UNDER_WAY_MAX])
    ended = _rows().filter(encode__ended_at__isnull=False).exclude(pk__in=awaited)
    last = list(ended.order_by("-encode__ended_at")[:ENDED_MAX])
    return EncodeBoard(
        under_way=_entries(under_way, ranked=True),
        under_way_count=len(under_way) if len(under_way) < UNDER_WAY_MAX else running.count(),
        ended=_entries(last, ranked=False),
    )


def encode_outlook(title_id: UUID) -> EncodeOutlook:
    """What a title's newest encode has tried and chosen so far; NotFound until it has."""
    row = row_of(title_id)
    encode = encode_of(row)
    if encode is None or encode.outlook is None:
        code = "no_outlook"
        detail = f"{row.name} is not that far. Its ladder comes once samples of it were encoded."
        raise NotFound(code, detail)
    return EncodeOutlook.model_validate(encode.outlook)


def _rows() -> QuerySet[Title]:
    return title_rows().select_related("encode", "package", "priority", "series")


def _is_running() -> Q:
    return ~Q(encode__stage__in=sorted(rules.ENDED))


def _entries(rows: Sequence[Title], *, ranked: bool) -> list[EncodeEntry]:
    entries = []
    for place, row in enumerate(rows, 1):
        entry = _entry(row, place if ranked else None)
        if entry is not None:
            entries.append(entry)
    return entries


def _entry(row: Title, place: int | None) -> EncodeEntry | None:
    progress = progress_of(row)
    if progress is None:
        return None
    encode = encode_of(row)
    # What is known of an older encode says nothing of a film that waits to be encoded.
    known = encode if encode is not None and encode.encode_id == progress.encode_id else None
    outlook = EncodeOutlook.model_validate(known.outlook) if known and known.outlook else None
    moments = [pace.Moment(*one) for one in known.paces] if known else []
    return EncodeEntry(
        title_id=row.pk,
        name=row.name,
        kind=cast("TitleKind", row.kind),
        series=row.series.name if row.series else None,
        season=row.season,
        episode=row.episode,
        poster=artwork_url(row.poster_key),
        progress=progress,
        priority=priority_of(row),
        place=place,
        began_at=known.began_at if known else None,
        ended_at=known.ended_at if known else None,
        left_s=None if place is None else pace.left_s(moments, clock.unix_s()),
        planned=outlook.planned if outlook else [],
        saved=outlook.report.saved if outlook else {},
        remarks=outlook.report.remarks if outlook else [],
    )


def priority_of(row: Title) -> EncodePriority:
    """How urgent a title's film is, as the operator said last."""
    said: Any = getattr(row, "priority", None)
    return cast("EncodePriority", said.priority) if said is not None else "usual"
