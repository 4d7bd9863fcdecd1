"""Writing to customers what their notices say."""

import logging

from matinee.billing.models import Notice
from matinee.billing.rules.letters import letter
from matinee.kernel import clock, mailing, settings
from matinee.kernel.databases import transaction_of

log = logging.getLogger(__name__)

AT_ONCE = 20


def letters_send() -> int:
    """Write to customers who have not been told yet, at most 20; how many were.

    A letter that is sent twice is better than none: it is noted after it has left.
    """
    with transaction_of("billing"):
        untold = Notice.objects.filter(told_at=None).select_related("customer").order_by("id")
        rows = list(untold.select_for_update(skip_locked=True, of=("self",))[:AT_ONCE])
        told = [row.pk for row in rows if _is_told(row)]
        Notice.objects.filter(pk__in=told).update(told_at=clock.now())
    return len(told)


def _is_told(row: Notice) -> bool:
    """Send a notice's letter; True as well where there is nothing to send, or nowhere."""
    written = letter(row.kind, row.data, f"{settings.get().url}/account")
    if written is None or not row.customer.email:
        return True
    try:
        mailing.send(row.customer.email, written.subject, written.text)
    except mailing.NOT_TAKEN as error:
        log.warning("a letter could not be sent, it is tried again: %s", error)
        return False
    return True
