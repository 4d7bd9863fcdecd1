"""A figure at every moment of the last weeks, as an alert would have seen it."""

from datetime import UTC, datetime, time

from django.db.models import Min

from matinee.insights.models import Part
from matinee.insights.queries import figures
from matinee.insights.rules import hindsight
from matinee.insights.rules.hindsight import Look


def looks(metric: str, window_s: int, until: datetime) -> list[Look]:
    """The figure of the window before each look of the last 30 days, the oldest first.

    It begins with the first facts that there are: before, nothing is known, and nought is no
    figure. A play counts as it went in the end, which its first minutes did not show yet.
    """
    since = _known_since(until)
    found = [
        (ends_at, None if value is None else float(value))
        for cut in hindsight.cuts(since, until, window_s)
        for line in figures.lines([metric], cut)
        for ends_at, value in zip(cut.edges[1:], line.values, strict=True)
    ]
    return sorted(found, key=lambda look: look[0])


def _known_since(until: datetime) -> datetime:
    first = Part.objects.filter(replaced_at=None).aggregate(day=Min("day"))["day"]
    asked = until - hindsight.LOOKED_BACK
    return asked if first is None else max(asked, datetime.combine(first, time(), UTC))
