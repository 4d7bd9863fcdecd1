"""Telling systems of the operator's what happens: signed (Standard Webhooks), retried, logged.

A service that tells has three tables (`tables`) and one `Webhooks`, which writes messages down in
the transaction of what they tell and posts them later, from a task.
"""

from matinee.kernel.webhooks.telling import AT_ONCE, IN_HAND, Told, Webhooks

__all__ = ["AT_ONCE", "IN_HAND", "Told", "Webhooks"]
