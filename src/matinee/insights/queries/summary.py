"""The figures of the summary, each with its definition.

"The window" is the 24 hours before `now`; a play belongs to it by the moment it
started. How it went is told by the CMCD events of its player or, where there are none,
by a report of the same profile; without a known play neither counts, so that nobody
moves a figure by making up sessions.
"""

from datetime import datetime
from typing import Any

from django.db.models import (
    Aggregate,
    Case,
    Count,
    Exists,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)

from matinee.contracts.insights import Summary, TopTitle
from matinee.insights.models import Measured, Play, Report
from matinee.insights.queries.names import Names
from matinee.insights.rules import figures


def summary(now: datetime) -> Summary:
    """The last 24 hours at a glance."""
    played_s, stalled_s = times_told(now)
    return Summary(
        viewers_now=viewers_now(now),
        plays=plays(now),
        watched_hours=watched_hours(now),
        startup_median_s=startup_median_s(now),
        rebuffer_ratio=figures.rebuffer_ratio(played_s, stalled_s),
        bitrate_bps=bitrate_mean_bps(now),
        failed_plays=failed_plays(now),
        top_titles=top_titles(now),
    )


def viewers_now(now: datetime) -> int:
    """Profiles of which a play was started or moved on in the last 30 seconds.

    A paused player says nothing new, so who is paused is not counted.
    """
    watching = Play.objects.filter(seen_at__gt=now - figures.WATCHING, seen_at__lte=now)
    return watching.values("profile_id").distinct().count()


def plays(now: datetime) -> int:
    """Play sessions that started in the window, however short."""
    return _plays(now).count()


def watched_hours(now: datetime) -> float:
    """Wall time spent watching in the plays that started in the window, without pauses."""
    return figures.hours(_plays(now).aggregate(total=Sum("watched_s"))["total"] or 0.0)


def startup_median_s(now: datetime) -> float | None:
    """Median time to first frame of the window's plays whose picture came; None without any.

    The mean of the middle two where their number is even.
    """
    started = _told(now).filter(startup_s__isnull=False)
    median: float | None = started.aggregate(median=_Median("startup_s"))["median"]
    return median


def times_told(now: datetime) -> tuple[float, float]:
    """Seconds played and seconds stalled, summed over the window's plays that were told of.

    Their ratio is the rebuffer ratio: long plays weigh more than short ones.
    """
    sums = _told(now).aggregate(played=Sum("played_s"), stalled=Sum("stalled_s"))
    return sums["played"] or 0.0, sums["stalled"] or 0.0


def bitrate_mean_bps(now: datetime) -> float | None:
    """Mean encoded bitrate over the time played in the window's plays that told of theirs."""
    rated = _told(now).filter(bitrate_bps__isnull=False)
    sums = rated.aggregate(bits=Sum(F("bitrate_bps") * F("played_s")), played=Sum("played_s"))
    return sums["bits"] / sums["played"] if sums["played"] else None


def failed_plays(now: datetime) -> int:
    """Plays of the window that ended with an error, by the newest that was told of them."""
    return _told(now).filter(has_failed=True).count()


def top_titles(now: datetime) -> list[TopTitle]:
    """The ten titles most watched in the window's plays, by hours, then by plays.

    An episode counts for itself.
    """
    sums = (
        _plays(now)
        .values("title_id")
        .annotate(count=Count("id"), watched=Sum("watched_s"))
        .order_by("-watched", "-count", "title_id")[: figures.TOP_TITLES]
    )
    named = Names(row["title_id"] for row in sums)
    return [
        TopTitle(
            title_id=row["title_id"],
            name=named.of(row["title_id"]),
            plays=row["count"],
            watched_hours=figures.hours(row["watched"]),
        )
        for row in sums
    ]


class _Median(Aggregate):
    """PostgreSQL's continuous median."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def _plays(now: datetime) -> QuerySet[Play]:
    return Play.objects.filter(started_at__gt=now - figures.WINDOW, started_at__lte=now)


def _told(now: datetime) -> QuerySet[Any]:
    """The window's plays with how they went: by events where there are any, else by a report."""
    measured = Measured.objects.filter(id=OuterRef("id"))
    reports = Report.objects.filter(session_id=OuterRef("id"), profile_id=OuterRef("profile_id"))
    names = ("startup_s", "played_s", "stalled_s", "bitrate_bps", "has_failed")
    failing = reports.annotate(has_failed=Q(error_code__isnull=False))
    return _plays(now).annotate(
        is_measured=Exists(measured),
        **{
            name: Case(
                When(is_measured=True, then=Subquery(measured.values(name)[:1])),
                default=Subquery(failing.values(name)[:1]),
            )
            for name in names
        },
    )
