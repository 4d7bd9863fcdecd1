"""What `catalog` tells, and what it has heard."""

from matinee.kernel.events.tables import DeadLetterTable, InboxTable, OutboxTable


class Outbox(OutboxTable):
    """Facts of `catalog` on their way out."""


class Inbox(InboxTable):
    """Facts that `catalog` has heard."""


class DeadLetter(DeadLetterTable):
    """What `catalog` could not do."""
