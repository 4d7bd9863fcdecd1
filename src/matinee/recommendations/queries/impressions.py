"""What a profile saw on its pages without taking it."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db.models import Max, Sum

from matinee.kernel import clock
from matinee.recommendations.models import Impression
from matinee.recommendations.rules.taste import PassedOver

# What was passed over before then may be welcome again.
_REMEMBERED = timedelta(days=30)


def passed_over(profile_id: UUID) -> Mapping[UUID, PassedOver]:
    """The titles that a profile saw in the last 30 days and did not take, in one query.

    What was shown by the profile's own search is no offer of ours and does not count.
    """
    seen = Impression.objects.filter(
        profile_id=profile_id, taken_at=None, last_at__gt=clock.now() - _REMEMBERED
    ).exclude(slot="search")
    counted = seen.values_list("title_id").annotate(Sum("visits"), Max("last_at"))
    return {title_id: PassedOver(times, last_at) for title_id, times, last_at in counted}
