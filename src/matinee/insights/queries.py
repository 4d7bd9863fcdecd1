"""Reads of `insights`: the figures of the summary, each with its definition.

"The window" is the 24 hours before `now`; a play belongs to it by the moment it
started. A report counts only where the same profile's play of that session is
known, so that nobody moves a figure by making up sessions.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import Aggregate, Count, Exists, FloatField, OuterRef, QuerySet, Sum

from matinee.contracts.insights import Summary, TopTitle
from matinee.insights import rules
from matinee.insights.models import Play, Report, TitleName


def summary(now: datetime) -> Summary:
    """The last 24 hours at a glance."""
    played_s, stalled_s = times_reported(now)
    return Summary(
        viewers_now=viewers_now(now),
        plays=plays(now),
        watched_hours=watched_hours(now),
        startup_median_s=startup_median_s(now),
        rebuffer_ratio=rules.rebuffer_ratio(played_s, stalled_s),
        failed_plays=failed_plays(now),
        top_titles=top_titles(now),
    )


def viewers_now(now: datetime) -> int:
    """Profiles of which a play was started or moved on in the last 30 seconds.

    A paused player says nothing new, so who is paused is not counted.
    """
    watching = Play.objects.filter(seen_at__gt=now - rules.WATCHING, seen_at__lte=now)
    return watching.values("profile_id").distinct().count()


def plays(now: datetime) -> int:
    """Play sessions that started in the window, however short."""
    return _plays(now).count()


def watched_hours(now: datetime) -> float:
    """Wall time spent watching in the plays that started in the window, without pauses."""
    return rules.hours(_plays(now).aggregate(total=Sum("watched_s"))["total"] or 0.0)


def startup_median_s(now: datetime) -> float | None:
    """Median time to first frame of the window's plays whose picture came; None without any.

    The mean of the middle two where their number is even.
    """
    started = _reports(now).filter(startup_s__isnull=False)
    median: float | None = started.aggregate(median=_Median("startup_s"))["median"]
    return median


def times_reported(now: datetime) -> tuple[float, float]:
    """Seconds played and seconds stalled, summed over the window's plays that were reported.

    Their ratio is the rebuffer ratio: long plays weigh more than short ones.
    """
    sums = _reports(now).aggregate(played=Sum("played_s"), stalled=Sum("stalled_s"))
    return sums["played"] or 0.0, sums["stalled"] or 0.0


def failed_plays(now: datetime) -> int:
    """Plays of the window whose newest report names an error."""
    return _reports(now).filter(error_code__isnull=False).count()


def top_titles(now: datetime) -> list[TopTitle]:
    """The ten titles most watched in the window's plays, by hours, then by plays.

    An episode counts for itself.
    """
    sums = (
        _plays(now)
        .values("title_id")
        .annotate(count=Count("id"), watched=Sum("watched_s"))
        .order_by("-watched", "-count", "title_id")[: rules.TOP_TITLES]
    )
    names: dict[UUID, str] = dict(
        TitleName.objects.filter(id__in=[row["title_id"] for row in sums]).values_list("id", "name")
    )
    return [
        TopTitle(
            title_id=row["title_id"],
            name=names.get(row["title_id"], rules.UNKNOWN_NAME),
            plays=row["count"],
            watched_hours=rules.hours(row["watched"]),
        )
        for row in sums
    ]


class _Median(Aggregate):
    """PostgreSQL's continuous median."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def _plays(now: datetime) -> QuerySet[Play]:
    return Play.objects.filter(started_at__gt=now - rules.WINDOW, started_at__lte=now)


def _reports(now: datetime) -> QuerySet[Report]:
    play = _plays(now).filter(id=OuterRef("session_id"), profile_id=OuterRef("profile_id"))
    # A report cannot be older than its play, which lets the index on its age help.
    return Report.objects.filter(Exists(play), reported_at__gt=now - rules.WINDOW)
