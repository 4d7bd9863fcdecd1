"""What `insights` hears and tells, and what it could not take."""

from matinee.kernel.events.tables import DeadLetterTable, InboxTable, OutboxTable


class Outbox(OutboxTable):
    """See `OutboxTable`."""


class Inbox(InboxTable):
    """See `InboxTable`."""


class DeadLetter(DeadLetterTable):
    """See `DeadLetterTable`."""
