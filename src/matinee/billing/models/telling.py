"""The tables of events, and of telling all again."""

from django.db import models

from matinee.kernel.events.tables import DeadLetterTable, InboxTable, OutboxTable


class Outbox(OutboxTable):
    """Facts of `billing` on their way."""


class Inbox(InboxTable):
    """What `billing` has heard."""


class DeadLetter(DeadLetterTable):
    """What `billing` could not do."""


class Retelling(models.Model):
    """That services are told again what accounts may watch, from `due_at` on.

    `part` is what is being told, `after` the last row of it that was.
    """

    why = models.CharField(max_length=8, primary_key=True)
    due_at = models.DateTimeField()
    part = models.CharField(max_length=12)
    after = models.UUIDField(null=True)
