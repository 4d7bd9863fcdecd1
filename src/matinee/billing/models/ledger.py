"""Every movement of money, for good: rows are added and never changed, which triggers see to."""

from typing import get_args

from django.db import models
from django.db.models import F, Q

from matinee.billing.models.subscriptions import Customer
from matinee.billing.rules.ledger import Account
from matinee.kernel.records import Record


class LedgerTransfer(Record):
    """An amount from one account to another, so it balances by what it is.

    The transfers of one movement share `entry_id`. A movement is written once: its
    kind and reference say which.
    """

    entry_id = models.UUIDField()
    occurred_at = models.DateTimeField()
    kind = models.CharField(max_length=20)
    reference = models.CharField(max_length=80)
    debit = models.CharField(max_length=12)
    credit = models.CharField(max_length=12)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="transfers", null=True, db_index=False
    )
    invoice_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="transfer_of_something"),
            models.CheckConstraint(
                condition=Q(debit__in=get_args(Account), credit__in=get_args(Account)),
                name="transfer_accounts_known",
            ),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="transfer_between_two"),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="transfer_currency_code"
            ),
            models.UniqueConstraint(
                fields=["reference", "kind", "debit", "credit"], name="transfer_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["customer", "currency"],
                condition=Q(debit="credit") | Q(credit="credit"),
                name="transfer_of_credit",
            ),
            models.Index(fields=["occurred_at", "id"], name="transfer_in_time"),
        ]


class CustomerBalance(Record):
    """What a customer has to their credit, as the ledger says; never below nothing."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="balances")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "currency"], name="balance_one"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="balance_not_negative"),
        ]


class GiftCard(Record):
    """An amount that somebody may put to their credit, once; the code is kept as a digest."""

    code_digest = models.CharField(max_length=64, unique=True)
    last_letters = models.CharField(max_length=4)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    expires_at = models.DateTimeField(null=True)
    redeemed_by = models.ForeignKey(Customer, models.PROTECT, related_name="+", null=True)
    redeemed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="gift_card_of_something"),
        ]
