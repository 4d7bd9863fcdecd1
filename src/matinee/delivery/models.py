"""Tables of `delivery`: edges and what is known of their health."""

from django.db import models

from matinee.kernel.events.tables import DeadLetterTable, InboxTable, OutboxTable
from matinee.kernel.records import Record


class Outbox(OutboxTable):
    """See `OutboxTable`."""


class Inbox(InboxTable):
    """See `InboxTable`."""


class DeadLetter(DeadLetterTable):
    """See `DeadLetterTable`."""


class EdgeRecord(Record):
    """A host that serves media, or served it: a removed one keeps its name, not to come back alone.

    `failures` and `successes` count the last checks in a row that went one way.
    `told_latency_ms` is what was announced last.
    """

    name = models.CharField(max_length=40, unique=True)
    base_url = models.CharField(max_length=200, blank=True)
    region = models.CharField(max_length=40)
    removed = models.BooleanField(default=False)
    health = models.CharField(
        max_length=8, choices=[("up", "up"), ("down", "down"), ("unknown", "unknown")]
    )
    failures = models.PositiveIntegerField(default=0)
    successes = models.PositiveIntegerField(default=0)
    latency_ms = models.FloatField(null=True)
    told_latency_ms = models.FloatField(null=True)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(health__in=["up", "down", "unknown"]), name="edge_health_known"
            ),
        ]
