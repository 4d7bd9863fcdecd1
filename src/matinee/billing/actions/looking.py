"""What stays of the staff's having looked at what is personal."""

from collections.abc import Iterable
from uuid import UUID

from matinee.kernel import audit
from matinee.kernel.databases import transaction_of


def subscribers_look(account_ids: Iterable[UUID], by: audit.Doer) -> None:
    """Note whose addresses a member of the staff was shown, and why."""
    with transaction_of("billing"):
        for account_id in sorted(set(account_ids)):
            audit.note("billing", "subscriber.looked_up", by=by, about=account_id)
