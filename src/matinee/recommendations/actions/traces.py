"""Lets go of rows that only kept late facts away, once no fact can come so late."""

from typing import Any

from django.db.models import Manager, Q

from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.events.hearing import INBOX_KEPT
from matinee.recommendations.models import Dismissal, Erasure, ListEntry, Thumb

_PRUNED_AT_ONCE = 5_000
_TRACES = (
    (Erasure, "until", Q()),
    (Dismissal, "as_of", Q(dismissed=False)),
    (ListEntry, "as_of", Q(listed=False)),
    (Thumb, "as_of", Q(value="")),
)


def traces_prune() -> int:
    """Forget what was erased or taken back long ago; how many rows went, at most 20,000."""
    before = clock.now() - INBOX_KEPT
    count = 0
    with transaction_of("recommendations"):
        for table, moment, is_trace in _TRACES:
            rows: Manager[Any] = table._default_manager
            old = rows.filter(is_trace, **{f"{moment}__lt": before})
            some = old.values("pk")[:_PRUNED_AT_ONCE]
            count += rows.filter(pk__in=some).delete()[0]
    return count
