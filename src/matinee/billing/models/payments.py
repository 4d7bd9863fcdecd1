"""Money on its way: what was tried, taken, given back and taken away, and what is tried next."""

from typing import get_args

from django.db import models
from django.db.models import F, Q

from matinee.billing.gateways.gateway import DisputeStatus, RefundStatus
from matinee.billing.models.invoices import Invoice
from matinee.billing.models.subscriptions import Customer
from matinee.billing.rules.payments import LIVE, PaymentStatus
from matinee.kernel.records import Record


class GatewayCustomer(Record):
    """Who a customer is at a gateway."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="at_gateways")
    gateway = models.CharField(max_length=20)
    ref = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "customer"], name="gateway_customer_one"),
            models.UniqueConstraint(fields=["gateway", "ref"], name="gateway_customer_ref"),
        ]


class PaymentMethod(Record):
    """A card that a customer saved at a gateway; the newest that is not removed is charged."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="payment_methods")
    gateway = models.CharField(max_length=20)
    ref = models.CharField(max_length=120)
    customer_ref = models.CharField(max_length=120)
    brand = models.CharField(max_length=30)
    last4 = models.CharField(max_length=4)
    expires = models.CharField(max_length=7)
    chosen_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "ref"], name="payment_method_ref"),
        ]
        indexes = [
            models.Index(
                fields=["customer", "-chosen_at"],
                condition=Q(removed_at=None),
                name="payment_method_usable",
            ),
            models.Index(
                fields=["id"],
                condition=Q(removed_at__isnull=False, last4=""),
                name="payment_method_to_forget",
            ),
        ]


class Visit(Record):
    """Somebody's visit to the gateway's page only to save a card."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="visits")
    gateway = models.CharField(max_length=20)
    ref = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "ref"], name="visit_ref"),
        ]


class Payment(Record):
    """One try to have an invoice paid. It is written down before the gateway is asked.

    Of an invoice's payments one at most is live: under way or succeeded. The next one begins
    only when the last is known to have failed, so nothing is charged twice.
    """

    # `payment_number` begins with it.
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="payments", db_index=False)
    number = models.PositiveSmallIntegerField()
    gateway = models.CharField(max_length=20)
    method = models.ForeignKey(PaymentMethod, models.SET_NULL, related_name="+", null=True)
    checkout_ref = models.CharField(max_length=120, default="")
    charge_ref = models.CharField(max_length=120, default="")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    refunded_minor = models.BigIntegerField(default=0)
    status = models.CharField(max_length=10, default="started")
    decline = models.CharField(max_length=30, default="")
    asked_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invoice", "number"], name="payment_number"),
            models.UniqueConstraint(
                fields=["invoice"], condition=Q(status__in=LIVE), name="payment_one_live"
            ),
            models.UniqueConstraint(
                fields=["gateway", "charge_ref"],
                condition=~Q(charge_ref=""),
                name="payment_charge_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=get_args(PaymentStatus)), name="payment_status_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    amount_minor__gt=0,
                    refunded_minor__gte=0,
                    refunded_minor__lte=F("amount_minor"),
                ),
                name="payment_gives_back_no_more",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                condition=Q(status__in=["started", "processing"]),
                name="payment_under_way",
            ),
            models.Index(
                fields=["gateway", "checkout_ref"],
                condition=~Q(checkout_ref=""),
                name="payment_of_checkout",
            ),
        ]


class Refund(Record):
    """A part of a payment that is given back; written down before the gateway is asked."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    ref = models.CharField(max_length=120, default="")
    amount_minor = models.BigIntegerField()
    reason = models.CharField(max_length=200, default="")
    status = models.CharField(max_length=10, default="processing")
    by_account = models.UUIDField(null=True)
    asked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_of_something"),
            models.CheckConstraint(
                condition=Q(status__in=get_args(RefundStatus)), name="refund_status_known"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(status="processing"), name="refund_under_way"),
            models.Index(fields=["ref"], condition=~Q(ref=""), name="refund_by_ref"),
        ]


class Dispute(Record):
    """A charge that a cardholder's bank took back."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="disputes")
    ref = models.CharField(max_length=120, unique=True)
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    status = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=get_args(DisputeStatus)), name="dispute_status_known"
            ),
        ]


class GatewayNews(Record):
    """What a gateway told; noted in the transaction of its effect, so that it has one."""

    gateway = models.CharField(max_length=20)
    news_id = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "news_id"], name="gateway_news_once"),
        ]
        indexes = [models.Index(fields=["created_at"], name="gateway_news_age")]


class NewsMark(Record):
    """Up to where a gateway's news were asked for, besides what it sends by itself."""

    gateway = models.CharField(max_length=20, unique=True)
    last = models.CharField(max_length=120)


class DunningCase(Record):
    """An invoice that could not be collected, and what is done about it next."""

    invoice = models.OneToOneField(Invoice, models.PROTECT, related_name="dunning")
    failed_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    decline = models.CharField(max_length=30, default="")
    next_step = models.CharField(max_length=10)
    next_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, default="")

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=Q(ended_at=None), name="dunning_due"),
        ]
