"""The tables of a service that tells other systems, subclassed in its `models`.

There they are called `WebhookEndpoint`, `WebhookMessage` and `WebhookDelivery`.
"""

from django.db import models
from django.db.models import Q

from matinee.kernel.records import Record


class EndpointTable(Record):
    """An address of the operator's that is told of what happens in a service."""

    url = models.CharField(max_length=500)
    secret = models.CharField(max_length=100)
    old_secret = models.CharField(max_length=100, default="")
    kinds = models.JSONField(default=list)
    """What it is told of; empty: of everything."""
    is_paused = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class MessageTable(Record):
    """Something that happened, as it is told; its id is the message's."""

    kind = models.CharField(max_length=40)
    body = models.TextField()

    class Meta:
        abstract = True


class DeliveryTable(Record):
    """A message on its way to an endpoint."""

    # Each service's own, by these names.
    endpoint = models.ForeignKey("WebhookEndpoint", models.CASCADE, related_name="deliveries")  # type: ignore[misc] # as above
    message = models.ForeignKey("WebhookMessage", models.CASCADE, related_name="deliveries")  # type: ignore[misc] # as above
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, default="")

    class Meta:
        abstract = True
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(due_at__isnull=False),
                name="%(app_label)s_webhook_due",
            ),
            models.Index(fields=["endpoint", "-id"], name="%(app_label)s_webhook_log"),
        ]
