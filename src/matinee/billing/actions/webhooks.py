"""Telling the operator's own systems what happens in billing; how, stands in `kernel.webhooks`."""

from matinee.kernel.webhooks.telling import Told, Webhooks

webhooks = Webhooks("billing")
operator_tell = webhooks.tell

__all__ = ["Told", "operator_tell", "webhooks"]
