"""What the operator's own systems are told of the catalogue, and how that went."""

from matinee.kernel.webhooks.tables import DeliveryTable, EndpointTable, MessageTable


class WebhookEndpoint(EndpointTable):
    """An address of the operator's that is told of what happens in the catalogue."""


class WebhookMessage(MessageTable):
    """Something that happened, as it is told."""


class WebhookDelivery(DeliveryTable):
    """A message on its way to an endpoint."""
