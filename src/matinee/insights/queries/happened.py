"""What profiles did within some time, in two queries for all of them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from matinee.insights.models import Measured, Play
from matinee.insights.rules.experiments.measures import OnePlay

Span = tuple[UUID, datetime, timedelta]
"""A profile, since when, and how long."""


def happened(spans: Collection[Span]) -> dict[Span, list[OnePlay]]:
    """The plays that began within each span, with how they went as their players told.

    What a player only reported itself does not count: anybody can make up a report.
    """
    own = _plays_of(spans)
    return {
        (profile_id, start, within): [
            play for play in own[profile_id] if start <= play.started_at < start + within
        ]
        for profile_id, start, within in spans
    }


def _plays_of(spans: Collection[Span]) -> dict[UUID, list[OnePlay]]:
    """The plays of all profiles between the first moment of any span and the last."""
    since = min(start for _, start, _ in spans)
    until = max(start + within for _, start, within in spans)
    profiles = {profile_id for profile_id, _, _ in spans}
    plays = Play.objects.filter(
        profile_id__in=profiles, started_at__gte=since, started_at__lt=until
    ).order_by("started_at")
    rows = list(plays.values_list("id", "profile_id", "title_id", "started_at", "watched_s"))
    told = {one.pk: one for one in Measured.objects.filter(pk__in=[row[0] for row in rows])}
    own: defaultdict[UUID, list[OnePlay]] = defaultdict(list)
    for play_id, profile_id, title_id, started_at, watched_s in rows:
        quality = _quality(told.get(play_id))
        own[profile_id].append(OnePlay(title_id, started_at, watched_s, **quality))
    return own


def _quality(measured: Measured | None) -> dict[str, Any]:
    if measured is None:
        return {}
    names = ("startup_s", "played_s", "stalled_s", "has_failed")
    return {name: getattr(measured, name) for name in names}
