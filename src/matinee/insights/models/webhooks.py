"""What the operator's own systems are told of insights, and how that went."""

from matinee.kernel.webhooks.tables import DeliveryTable, EndpointTable, MessageTable


class WebhookEndpoint(EndpointTable):
    """An address of the operator's that is told of alerts."""


class WebhookMessage(MessageTable):
    """An alert that fired or ended, as it is told."""


class WebhookDelivery(DeliveryTable):
    """A message on its way to an endpoint."""
