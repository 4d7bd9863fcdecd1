"""What a profile saw on its pages without taking it, and what it looked for and took."""

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Max, Q, Sum

from matinee.kernel import clock
from matinee.recommendations.models import Impression
from matinee.recommendations.rules.taste import PassedOver

# What was passed over before then may be welcome again.
_REMEMBERED = timedelta(days=30)
# What is shown by the profile's own search is no offer of ours.
_OFFERED = Q(taken_at=None) & ~Q(slot="search")
_SOUGHT = Q(taken_at__isnull=False, slot="search")


class Looks(NamedTuple):
    """What came of what a profile saw in the last 30 days."""

    passed_over: Mapping[UUID, PassedOver]
    sought: frozenset[UUID]
    """Titles that it found by a search and took."""


def looks(profile_id: UUID) -> Looks:
    """What came of a profile's impressions, in one query."""
    seen = Impression.objects.filter(
        _OFFERED | _SOUGHT, profile_id=profile_id, last_at__gt=clock.now() - _REMEMBERED
    )
    counted = seen.values_list("title_id").annotate(
        times=Sum("visits", filter=_OFFERED),
        seen_at=Max("last_at", filter=_OFFERED),
        found=Count("pk", filter=_SOUGHT),
    )
    passed: dict[UUID, PassedOver] = {}
    sought: set[UUID] = set()
    for title_id, times, last_at, found in counted:
        if times:
            passed[title_id] = PassedOver(times, last_at)
        if found:
            sought.add(title_id)
    return Looks(passed, frozenset(sought))
