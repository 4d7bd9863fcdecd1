"""The tables of events."""

from matinee.kernel.events.tables import DeadLetterTable, InboxTable, OutboxTable


class Outbox(OutboxTable):
    """Facts of `billing` on their way."""


class Inbox(InboxTable):
    """What `billing` has heard."""


class DeadLetter(DeadLetterTable):
    """What `billing` could not do."""
