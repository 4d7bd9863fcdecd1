"""What is going on just now, from the plays as they are heard of."""

from datetime import datetime, timedelta

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMinute

from matinee.contracts.figures import Live, LiveMinute, LiveTitle
from matinee.insights.models import Play
from matinee.insights.queries.names import Names
from matinee.insights.rules import figures

_MINUTE = timedelta(minutes=1)
_MINUTES = 60


def live(now: datetime) -> Live:
    """Who watches now, what, and how the last hour went; four queries."""
    watching = Play.objects.filter(seen_at__gt=now - figures.WATCHING, seen_at__lte=now)
    begun = Play.objects.filter(started_at__gt=now - _MINUTE, started_at__lte=now).count()
    return Live(
        at=now,
        viewers=watching.values("profile_id").distinct().count(),
        starts_per_second=begun / _MINUTE.total_seconds(),
        minutes=_minutes(now),
        titles=_titles(watching),
    )


def _minutes(now: datetime) -> list[LiveMinute]:
    """Of each minute: the plays that began by its end and were heard of since it began."""
    last = now.replace(second=0, microsecond=0)
    first = last - (_MINUTES - 1) * _MINUTE
    lately = Play.objects.filter(seen_at__gte=first, started_at__lte=now)
    told = lately.annotate(begun=TruncMinute("started_at"), left=TruncMinute("seen_at"))
    pairs = list(told.values_list("begun", "left").annotate(count=Count("id")).order_by())
    return [
        LiveMinute(
            at=at,
            plays=sum(count for begun, _, count in pairs if begun == at),
            viewers=sum(count for begun, left, count in pairs if begun <= at <= left),
        )
        for at in (first + number * _MINUTE for number in range(_MINUTES))
    ]


def _titles(watching: QuerySet[Play]) -> list[LiveTitle]:
    counts = watching.values("title_id").annotate(viewers=Count("profile_id", distinct=True))
    most = list(counts.order_by("-viewers", "title_id")[: figures.TOP_TITLES])
    named = Names(row["title_id"] for row in most)
    return [
        LiveTitle(
            title_id=row["title_id"],
            name=named.of(row["title_id"]),
            viewers=row["viewers"],
        )
        for row in most
    ]
