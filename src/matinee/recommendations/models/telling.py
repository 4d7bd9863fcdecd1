"""Facts on their way out and in."""

from matinee.kernel.events.tables import DeadLetterTable, InboxTable, OutboxTable


class Outbox(OutboxTable):
    """See `OutboxTable`."""


class Inbox(InboxTable):
    """See `InboxTable`."""


class DeadLetter(DeadLetterTable):
    """See `DeadLetterTable`."""
