"""Tables of what `identity` tells and hears."""

from matinee.kernel.events.tables import DeadLetterTable, InboxTable, OutboxTable


class Outbox(OutboxTable):
    """Facts of `identity` on their way."""


class Inbox(InboxTable):
    """What `identity` has heard."""


class DeadLetter(DeadLetterTable):
    """What `identity` could not do."""
