"""What comes and what goes, and what somebody sees somewhere at some moment."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet

from matinee.catalog.models import Title, TitleWindow
from matinee.catalog.queries.cards import card_of
from matinee.catalog.queries.rights import covering, open_to
from matinee.catalog.queries.rows import fit_for
from matinee.catalog.queries.viewers import Viewer
from matinee.contracts.catalog import Vantage
from matinee.contracts.catalog.calendar import Calendar, Preview, Turn

# More turns than anybody reads; a shorter time shows the rest.
TURNS_MAX = 1_000
PAGE_CARDS = 50
_SHOWN = ("published", "scheduled", "processing", "review", "draft", "failed")


def calendar(since: datetime, until: datetime, vantage: Vantage | None) -> Calendar:
    """Windows that open or close, and titles that are published, from `since` until before `until`.

    `vantage` None: whoever the windows are for. Three queries, whatever the time.
    """
    turns = sorted(
        [*_windows(since, until, vantage), *_scheduled(since, until)],
        key=lambda turn: (turn.at, turn.name, turn.what),
    )
    return Calendar(turns=turns[:TURNS_MAX], more=len(turns) > TURNS_MAX)


def preview(at: datetime, viewer: Viewer, after: UUID | None) -> Preview:
    """The titles that somebody sees at a moment, oldest first, a page at a time.

    What is scheduled counts as published from its moment on. `viewer.vantage` says from where.
    """
    vantage = viewer.vantage or Vantage()
    there = _there(viewer, at).filter(open_to(vantage, None, at)).exclude(kind="episode")
    page = there.order_by("pk")
    if after is not None:
        page = page.filter(pk__gt=after)
    rows = list(page[: PAGE_CARDS + 1])
    shown = rows[:PAGE_CARDS]
    return Preview(
        at=at,
        titles=[card_of(row, viewer) for row in shown],
        count=there.count(),
        next=shown[-1].pk if len(rows) > PAGE_CARDS else None,
    )


def _there(viewer: Viewer, at: datetime) -> QuerySet[Title]:
    published = Q(status="published", published_at__lte=at)
    return fit_for(viewer, published | Q(standing="scheduled", publish_at__lte=at))


def _windows(since: datetime, until: datetime, vantage: Vantage | None) -> Iterator[Turn]:
    windows = TitleWindow._default_manager.filter(title__status__in=_SHOWN)
    if vantage is not None:
        windows = windows.filter(covering(vantage, None, since))
    windows = windows.annotate(name=F("title__name"), kind=F("title__kind"))
    for what, field in (("opens", "starts_at"), ("closes", "ends_at")):
        inside = windows.filter(**{f"{field}__gte": since, f"{field}__lt": until})
        for row in inside.order_by(field, "pk")[: TURNS_MAX + 1]:
            yield Turn(
                at=getattr(row, field),
                what=what,
                title_id=row.title_id,
                name=row.name,
                kind=row.kind,
                territories=row.territories,
                plans=row.plans,
                platforms=row.platforms,
            )


def _scheduled(since: datetime, until: datetime) -> Iterator[Turn]:
    rows = Title._default_manager.filter(
        standing="scheduled", publish_at__gte=since, publish_at__lt=until
    )
    for row in rows.order_by("publish_at", "pk")[: TURNS_MAX + 1]:
        yield Turn(
            at=row.publish_at, what="published", title_id=row.pk, name=row.name, kind=row.kind
        )
