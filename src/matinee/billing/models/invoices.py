"""What was asked for and given back. A document with a number never changes its amounts."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from matinee.billing.models.plans import PlanPrice, TitlePrice
from matinee.billing.models.subscriptions import Customer, Subscription
from matinee.kernel.records import Record

STATUSES = ("draft", "open", "paid", "void", "uncollectible")


class NumberSeries(models.Model):
    """The last number of a series of documents; its row is locked until they are committed."""

    name = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveBigIntegerField(default=0)


class Invoice(Record):
    """What a customer is asked for. `due_minor` is what is left to collect."""

    # `invoice_of_customer` begins with it.
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="invoices", db_index=False)
    # Looked for only while it is not paid, which `invoice_unpaid_of_subscription` knows.
    subscription = models.ForeignKey(
        Subscription, models.PROTECT, related_name="invoices", null=True, db_index=False
    )
    number = models.CharField(max_length=30, null=True)  # noqa: DJ001 - a draft has none
    status = models.CharField(max_length=13, default="draft")
    currency = models.CharField(max_length=3)
    subtotal_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField()
    credit_applied_minor = models.BigIntegerField(default=0)
    paid_minor = models.BigIntegerField(default=0)
    credited_minor = models.BigIntegerField(default=0)
    due_minor = models.BigIntegerField()
    issued_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="invoice_number_once"),
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="invoice_status_known"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "void"]) | Q(number__isnull=False),
                name="invoice_issued_has_number",
            ),
            models.CheckConstraint(
                condition=Q(
                    total_minor__gte=0,
                    due_minor__gte=0,
                    credit_applied_minor__gte=0,
                    paid_minor__gte=0,
                    discount_minor__gte=0,
                    tax_minor__gte=0,
                    credited_minor__gte=0,
                    credited_minor__lte=F("total_minor"),
                ),
                name="invoice_amounts_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(status="open"), name="invoice_open"),
            models.Index(
                fields=["subscription"],
                condition=Q(status__in=["draft", "open"]),
                name="invoice_unpaid_of_subscription",
            ),
            models.Index(fields=["customer", "-id"], name="invoice_of_customer"),
        ]


class InvoiceLine(Record):
    """One thing on an invoice. `amount_minor` is as priced: with or without taxes.

    `rate_minor` is what the whole cycle costs of which the period is a part.
    """

    DESCRIPTION_LENGTH_MAX: ClassVar[int] = 200

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="lines")
    kind = models.CharField(max_length=12)
    description = models.CharField(max_length=DESCRIPTION_LENGTH_MAX)
    # Lines are never looked for by what they price.
    price = models.ForeignKey(
        PlanPrice, models.PROTECT, related_name="+", null=True, db_index=False
    )
    title_price = models.ForeignKey(
        TitlePrice, models.PROTECT, related_name="+", null=True, db_index=False
    )
    rate_minor = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    net_minor = models.BigIntegerField()
    taxes = models.JSONField(default=list)
    period_start = models.DateTimeField(null=True)
    period_end = models.DateTimeField(null=True)
    cycle_start = models.DateTimeField(null=True)
    cycle_end = models.DateTimeField(null=True)
    unit = models.CharField(max_length=6, default="day")
    time_zone = models.CharField(max_length=64, default="UTC")
    credited_net_minor = models.BigIntegerField(default=0)
    credited_tax_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    credited_net_minor__gte=0,
                    credited_net_minor__lte=F("net_minor"),
                    credited_tax_minor__gte=0,
                    credited_tax_minor__lte=F("tax_minor"),
                ),
                name="invoice_line_credited_at_most_once",
            ),
        ]


class CreditNote(Record):
    """What of an invoice was taken back; `to_credit_minor` of it went to the customer's credit."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="credit_notes")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="credit_notes")
    number = models.CharField(max_length=30, unique=True)
    reason = models.CharField(max_length=30)
    currency = models.CharField(max_length=3)
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    to_credit_minor = models.BigIntegerField()
    reference = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001 - most have none
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(total_minor=F("net_minor") + F("tax_minor"), total_minor__gt=0),
                name="credit_note_adds_up",
            ),
        ]


class CreditNoteLine(Record):
    """What of one line was taken back."""

    credit_note = models.ForeignKey(CreditNote, models.PROTECT, related_name="lines")
    line = models.ForeignKey(InvoiceLine, models.PROTECT, related_name="credits")
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
