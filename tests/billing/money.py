"""Buying and paying, and what ledger and entitlements say of it, for tests of billing."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch
from uuid import UUID

from django.db.models import QuerySet, Sum

from matinee.billing import actions, queries
from matinee.billing.actions import PlanDraft, Wish
from matinee.billing.models import (
    CustomerBalance,
    Invoice,
    LedgerTransfer,
    Outbox,
    Plan,
    Subscription,
)
from matinee.billing.rules.course import status
from matinee.billing.rules.pricing import Terms
from matinee.kernel import clock, ids
from matinee.kernel.databases import transaction_of
from matinee.kernel.money import Money

SetClock = Callable[[datetime], AbstractContextManager[None]]
START = datetime(2027, 1, 31, 20, 15, tzinfo=UTC)
FEBRUARY_28 = datetime(2027, 2, 28, 20, 15, tzinfo=UTC)
MARCH_31 = datetime(2027, 3, 31, 20, 15, tzinfo=UTC)


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Let the clock stand still at a moment."""
    with patch.object(clock, "now", lambda: moment):
        yield


def plan(code: str, amount_minor: int, currency: str = "EUR", **terms: Any) -> Plan:
    """Offer a plan."""
    given = {"interval": "month", "trial_days": 0, "streams_at_once": 2, "height_max": 1080}
    price = Money(amount_minor, currency)
    draft = PlanDraft(code, code.title(), "For the tests.", Terms(price, **{**given, **terms}))
    return actions.plan_add(draft)


def order(account_id: UUID, wanted: Plan, **wish: Any) -> actions.Order:
    """Choose a plan."""
    return actions.subscription_order(account_id, Wish(wanted.id, **wish))


def pay(invoice: Invoice | None, reference: object = None, amount: int | None = None) -> None:
    """Let the gateway say yes."""
    assert invoice is not None
    invoice.refresh_from_db()
    paid = Money(invoice.due_minor if amount is None else amount, invoice.currency)
    with transaction_of("billing"):
        actions.invoice_settle(invoice, reference or ids.uuid7(), paid, clock.now())


def subscribed(account_id: UUID, wanted: Plan, **wish: Any) -> Subscription:
    """Choose a plan and pay it, with a way to be charged again."""
    made = order(account_id, wanted, **wish)
    pay(made.invoice)
    with transaction_of("billing"):
        actions.customer_can_be_charged(actions.locked_customer(account_id), can=True)
    return now_of(account_id)


def now_of(account_id: UUID) -> Subscription:
    """The subscription that counts, as it is in the table."""
    row = queries.newest(account_id)
    assert row is not None
    return row


def state(account_id: UUID) -> str:
    """What people call its state."""
    return status(queries.course_of(now_of(account_id)), clock.now())


def entitlements() -> QuerySet[Outbox]:
    """What was announced of what accounts may watch, and not read yet."""
    return Outbox.objects.filter(type="entitlement.changed")


def ends_at() -> datetime | None:
    """What the last announced entitlement says; what is announced is read once."""
    body = entitlements().order_by("-id").values_list("body", flat=True)[0]
    Outbox.objects.all().delete()
    ends: str | None = body["entitlement"]["ends_at"]
    return None if ends is None else datetime.fromisoformat(ends)


def account(name: str, currency: str = "EUR") -> int:
    """What stands on an account of the ledger, debits positive."""
    rows = LedgerTransfer.objects.filter(currency=currency)

    def total(**side: str) -> int:
        return rows.filter(**side).aggregate(sum=Sum("amount_minor"))["sum"] or 0

    return total(debit=name) - total(credit=name)


def credit(account_id: UUID) -> int:
    """What an account has to its credit, which is what the ledger says."""
    mine = CustomerBalance.objects.filter(customer__account_id=account_id)
    amount = mine.aggregate(sum=Sum("amount_minor"))["sum"] or 0
    assert amount == -account("credit")
    return amount
