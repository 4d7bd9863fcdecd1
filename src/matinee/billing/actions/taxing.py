"""The operator's table of taxes. What was charged keeps the rate that it was charged at."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from matinee.billing.models import TaxRate
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Conflict, NotFound, Unprocessable


@dataclass(frozen=True)
class TaxDraft:
    """A tax of a territory, from a moment on, until another if one is given."""

    territory: str
    name: str
    percent: Decimal
    inclusive: bool
    valid_from: datetime
    valid_until: datetime | None = None


def tax_add(draft: TaxDraft) -> TaxRate:
    """Add a rate; one of the same name that has no end ends where this one begins.

    Conflict where two of a name would apply at once; Unprocessable where it ends before it
    begins.
    """
    if draft.valid_until is not None and draft.valid_until <= draft.valid_from:
        raise Unprocessable("bad_time", "This rate would end before it begins.")
    with transaction_of("billing"):
        named = TaxRate.objects.select_for_update().filter(
            territory=draft.territory, name=draft.name
        )
        named.filter(valid_until=None, valid_from__lt=draft.valid_from).update(
            valid_until=draft.valid_from
        )
        later = named.exclude(valid_until__lte=draft.valid_from)
        if draft.valid_until is not None:
            later = later.filter(valid_from__lt=draft.valid_until)
        if later.exists():
            detail = f"{draft.name} of {draft.territory} has a rate in that time. End it first."
            raise Conflict("tax_overlaps", detail)
        return TaxRate.objects.create(**vars(draft))


def tax_end(rate_id: UUID, at: datetime) -> TaxRate:
    """End a rate at a moment; NotFound if there is none, Unprocessable if it begins later."""
    with transaction_of("billing"):
        rate = TaxRate.objects.select_for_update().filter(pk=rate_id).first()
        if rate is None:
            raise NotFound("unknown_tax", "There is no such rate. Choose one from the list.")
        if at <= rate.valid_from:
            raise Unprocessable("bad_time", "This rate would end before it begins.")
        rate.valid_until = at
        rate.save(update_fields=["valid_until"])
    return rate
