"""What the next pages of those who watch these days will show."""

from datetime import timedelta
from uuid import UUID

from matinee.contracts.catalog import Vantage
from matinee.kernel import clock
from matinee.recommendations import settings
from matinee.recommendations.models import Viewer
from matinee.recommendations.queries.knowledge import held
from matinee.recommendations.queries.pages import HomeRequest
from matinee.recommendations.rules.attention import attention, shares_of

# Who did nothing for longer is not about to open a page.
_ACTIVE = timedelta(days=7)
_TITLES_MAX = 500
# A page's limit of age comes with its request; without one, that of grown-ups and of children.
_CEILING, _CEILING_OF_KIDS = 18, 12


def shown_next() -> dict[UUID, float]:
    """The share of attention that each title is about to get, at most 500; nothing if nobody is.

    Pages are made as they would be now, of the profiles that were active last.
    """
    active = Viewer.objects.filter(removed=False, changed_at__gt=clock.now() - _ACTIVE)
    newest = active.order_by("-changed_at")[: settings.get().foretold_viewers]
    knowledge = held.current()
    pages = [
        HomeRequest(
            knowledge,
            viewer.profile_id,
            _CEILING_OF_KIDS if viewer.is_kids else _CEILING,
            viewer.revision,
            Vantage(viewer.country),
        ).page()
        for viewer in newest
    ]
    shares = shares_of(attention(page) for page in pages)
    best = sorted(shares.items(), key=lambda one: -one[1])[:_TITLES_MAX]
    return dict(best)
