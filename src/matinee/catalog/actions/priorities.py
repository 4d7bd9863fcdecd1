"""How urgent the operator finds a title's film."""

from datetime import timedelta
from uuid import UUID

from matinee.catalog.actions.families import SERVICE, family_lock
from matinee.catalog.models.encodes import Priority
from matinee.contracts.encode_outlooks import EncodePrioritised, EncodePriority
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce

_TICK = timedelta(microseconds=1)


def encode_prioritise(title_id: UUID, priority: EncodePriority) -> None:
    """Let a title's film be encoded before others or after them, also one that is still to come."""
    with transaction_of(SERVICE):
        row = family_lock(title_id)
        known = Priority._default_manager.filter(title_id=row.pk).first()
        if (known.priority if known else "usual") == priority:
            return
        moment = clock.now()
        if known is not None:
            # Whatever the clocks say, the last word is the newest.
            moment = max(moment, known.announced_at + _TICK)
        Priority._default_manager.update_or_create(
            title_id=row.pk, defaults={"priority": priority, "announced_at": moment}
        )
        told = EncodePrioritised(occurred_at=moment, title_id=row.pk, priority=priority)
        announce(SERVICE, told)
