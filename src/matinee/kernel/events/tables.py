"""The tables that every service has for its events; subclassed in the service's `models`."""

from django.db import models

from matinee.kernel import clock
from matinee.kernel.records import Record


class OutboxTable(Record):
    """Facts that are true and not yet handed to every subscriber; its id is the event's."""

    type = models.CharField(max_length=60)
    body = models.JSONField()

    class Meta:
        abstract = True


class InboxTable(Record):
    """What was heard, so that it takes effect once."""

    event_id = models.UUIDField()
    type = models.CharField(max_length=60)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["event_id"], name="%(app_label)s_heard_once"),
        ]
        indexes = [models.Index(fields=["created_at"], name="%(app_label)s_inbox_age")]


class DeadLetterTable(Record):
    """An event or task that failed for good, kept until a person has looked at it."""

    task = models.CharField(max_length=120)
    arguments = models.JSONField()
    error = models.TextField()
    failed_at = models.DateTimeField(default=clock.now)
    replayed_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
