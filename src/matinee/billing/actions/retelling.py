"""Telling every service again what accounts may watch: when somebody asks, and after an upgrade.

How far it is stands in a row, which moves on in the transaction of each page. So whoever is
killed in between goes on where it was.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Literal
from uuid import UUID

from matinee.billing.actions.granting import grants_announce, offers_announce
from matinee.billing.actions.telling import entitlements_announce
from matinee.billing.models import Retelling
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of

Why = Literal["asked", "upgrade"]

UPGRADED_WITHIN = timedelta(minutes=15)
"""Workers of the release before are gone by then: they would not keep what is new."""

# One part after the other, each by its pages.
_PARTS: Mapping[str, Callable[[UUID | None], UUID | None]] = {
    "entitlements": entitlements_announce,
    "grants": grants_announce,
    "offers": offers_announce,
}


def retelling_wish(why: Why) -> None:
    """Have all told from its beginning: at once where somebody asks, else after the upgrade."""
    wait = UPGRADED_WITHIN if why == "upgrade" else timedelta()
    first = next(iter(_PARTS))
    values = {"due_at": clock.now() + wait, "part": first, "after": None}
    with transaction_of("billing"):
        Retelling.objects.update_or_create(why=why, defaults=values)


def retelling_go_on() -> int:
    """Tell the next page of what is due; how many, 0 when there is nothing to tell."""
    with transaction_of("billing"):
        due = Retelling.objects.filter(due_at__lte=clock.now()).order_by("due_at")
        row = due.select_for_update(skip_locked=True).first()
        if row is None:
            return 0
        row.after = _PARTS[row.part](row.after)
        if row.after is None:
            parts = list(_PARTS)
            left = parts[parts.index(row.part) + 1 :]
            if not left:
                row.delete()
                return 1
            row.part = left[0]
        row.save(update_fields=["part", "after"])
    return 1
