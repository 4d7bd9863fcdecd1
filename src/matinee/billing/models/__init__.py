"""Tables of `billing`. What a subscription is called follows from its moments, in `rules`."""

from typing import get_args

from django.db import models
from django.db.models import F, Q

from matinee.billing.rules import Interval
from matinee.kernel.events.tables import DeadLetterTable, InboxTable, OutboxTable
from matinee.kernel.records import Record


class Plan(Record):
    """What can be subscribed to."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    description = models.TextField(max_length=500)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    interval = models.CharField(max_length=5)
    trial_days = models.PositiveSmallIntegerField(default=0)
    streams_at_once = models.PositiveSmallIntegerField()
    height_max = models.PositiveIntegerField()
    is_offered = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0), name="plan_price_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="plan_currency_code"
            ),
            models.CheckConstraint(
                condition=Q(interval__in=get_args(Interval)), name="plan_interval_known"
            ),
            models.CheckConstraint(
                condition=Q(streams_at_once__gte=1, height_max__gte=1), name="plan_gives_something"
            ),
        ]


class Customer(Record):
    """An account, by id only; its row is locked while a subscription of it changes."""

    account_id = models.UUIDField(unique=True)


class Subscription(Record):
    """An agreement on a plan; the newest of a customer counts."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="subscriptions")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="subscriptions")
    started_at = models.DateTimeField()
    anchor_at = models.DateTimeField()
    current_period_end = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(ended_at=None),
                name="subscription_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(anchor_at__gte=F("started_at"))
                & Q(current_period_end__gt=F("started_at")),
                name="subscription_runs_forward",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="subscription_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(
                fields=["current_period_end"],
                condition=Q(ended_at=None),
                name="subscription_due",
            )
        ]


class Outbox(OutboxTable):
    """Facts of `billing` on their way."""


class Inbox(InboxTable):
    """What `billing` has heard."""


class DeadLetter(DeadLetterTable):
    """What `billing` could not do."""
