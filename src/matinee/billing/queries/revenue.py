"""Figures of the business, debts, the ledger and subscribers, as the staff read them."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from matinee.billing.models import (
    Dispute,
    DunningCase,
    Invoice,
    LedgerTransfer,
    Refund,
    Subscription,
)
from matinee.billing.queries.subscriptions import TERMS_OF_MANY, subscription_message
from matinee.billing.rules import revenue as rules
from matinee.contracts import revenue as messages
from matinee.contracts.billing import Price
from matinee.kernel import clock, money

PAGE = 50
_MONTH = timedelta(days=30)
_TRIALS = timedelta(days=90)
_LEFT = ("cancelled", "unpaid")
_CSV_ROWS = 2000


def revenue() -> messages.Revenue:
    """How the business goes just now."""
    now = clock.now()
    running = Subscription.objects.filter(activated_at__isnull=False, ended_at=None)
    trialing = running.filter(trial_ends_at__gt=now)
    paying = _paying(running, now)
    cases = DunningCase.objects.filter(ended_at__gte=now - _TRIALS)
    settled = cases.filter(outcome="paid").count()
    return messages.Revenue(
        monthly=_monthly(paying),
        paying=paying.count(),
        trialing=trialing.count(),
        past_due=running.filter(grace_until__isnull=False).count(),
        on_hold=running.filter(held_at__isnull=False).count(),
        churn=_churn(now),
        trial_conversion=_conversion(now),
        recovered=rules.share(settled, cases.exclude(outcome="void").count()),
        owed=_sums(Invoice.objects.filter(dunning__ended_at=None, status="open"), "due_minor"),
        refunded=_sums(
            Refund.objects.filter(status="succeeded", created_at__gte=now - _MONTH),
            "amount_minor",
            "payment__currency",
        ),
        disputed=_sums(Dispute.objects.filter(status="open"), "amount_minor", "payment__currency"),
    )


def debts(after: UUID | None) -> list[messages.Debt]:
    """Invoices that could not be collected, the newest first."""
    rows = DunningCase.objects.filter(ended_at=None).select_related("invoice__customer")
    if after is not None:
        rows = rows.filter(invoice__lt=after)
    return [
        messages.Debt(
            invoice_id=row.invoice_id,
            invoice_number=row.invoice.number,
            account_id=row.invoice.customer.account_id,
            amount=Price(amount_minor=row.invoice.due_minor, currency=row.invoice.currency),
            decline=row.decline,
            tries=row.tries,
            failed_at=row.failed_at,
            next_step=row.next_step,
            next_at=row.next_at,
            is_held=row.held_at is not None,
        )
        for row in rows.order_by("-invoice")[:PAGE]
    ]


def ledger() -> messages.Ledger:
    """What every account of the ledger holds."""
    held: dict[tuple[str, str], int] = defaultdict(int)
    groups = LedgerTransfer.objects.values("debit", "credit", "currency")
    for group in groups.annotate(total=Sum("amount_minor")).order_by():
        held[group["debit"], group["currency"]] += group["total"]
        held[group["credit"], group["currency"]] -= group["total"]
    return messages.Ledger(
        balances=[
            messages.Balance(account=account, amount=Price(amount_minor=amount, currency=currency))
            for (account, currency), amount in sorted(held.items(), key=lambda item: item[0][::-1])
        ]
    )


def ledger_csv(since: datetime, until: datetime) -> Iterator[str]:
    """The ledger's transfers as a journal, two lines each, whose debits and credits are equal."""
    names = ("entry", "at", "kind", "reference", "account", "currency", "debit", "credit")
    yield _csv_line(names)
    rows = LedgerTransfer.objects.filter(occurred_at__gte=since, occurred_at__lt=until)
    for row in rows.order_by("occurred_at", "id").iterator(_CSV_ROWS):
        amount = Decimal(row.amount_minor).scaleb(-money.exponent(row.currency))
        told = (row.entry_id, row.occurred_at.isoformat(), row.kind, row.reference)
        yield _csv_line((*told, row.debit, row.currency, amount, ""))
        yield _csv_line((*told, row.credit, row.currency, "", amount))


def subscribers(
    before: UUID | None, account_id: UUID | None, *, with_email: bool = False
) -> list[messages.Subscriber]:
    """Subscriptions, the newest first; whose they are by address only if that is asked for."""
    now = clock.now()
    rows = Subscription.objects.filter(activated_at__isnull=False).order_by("-id")
    if account_id is not None:
        rows = rows.filter(customer__account_id=account_id)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    page = rows.select_related("customer").prefetch_related(*TERMS_OF_MANY)[:PAGE]
    return [_subscriber(row, now, with_email=with_email) for row in page]


def _paying(running: QuerySet[Subscription], now: datetime) -> QuerySet[Subscription]:
    is_trial = Q(trial_ends_at__gt=now)
    is_paused = Q(paused_from__lte=now)
    return (
        running.exclude(is_trial).exclude(is_paused).filter(held_at=None, price__amount_minor__gt=0)
    )


def _monthly(paying: QuerySet[Subscription]) -> list[Price]:
    names = ("currency", "amount_minor", "interval", "interval_count")
    groups = paying.values(*(f"price__{name}" for name in names)).annotate(count=Count("id"))
    sums: dict[str, Any] = defaultdict(int)
    for group in groups.order_by():
        currency, amount, interval, count = (group[f"price__{name}"] for name in names)
        sums[currency] += group["count"] * money.monthly(amount, interval, count)
    return [
        Price(amount_minor=round(total), currency=currency)
        for currency, total in sorted(sums.items())
    ]


def _churn(now: datetime) -> float | None:
    """Of those who were paying 30 days ago, the share that has left since."""
    then = now - _MONTH
    before = Subscription.objects.filter(
        Q(trial_ends_at=None) | Q(trial_ends_at__lte=then),
        activated_at__lte=then,
        price__amount_minor__gt=0,
    )
    there = before.filter(Q(ended_at=None) | Q(ended_at__gt=then))
    return rules.share(there.filter(end_reason__in=_LEFT).count(), there.count())


def _conversion(now: datetime) -> float | None:
    """Of the trials that ended in the last 90 days, the share that was paid for afterwards."""
    over = Subscription.objects.filter(trial_ends_at__gte=now - _TRIALS, trial_ends_at__lte=now)
    return rules.share(over.filter(paid_until__gt=F("trial_ends_at")).count(), over.count())


def _sums(rows: QuerySet[Any], amount: str, currency: str = "currency") -> list[Price]:
    groups = rows.values(currency).annotate(total=Sum(amount)).order_by(currency)
    return [Price(amount_minor=each["total"], currency=each[currency]) for each in groups]


def _subscriber(row: Subscription, now: datetime, *, with_email: bool) -> messages.Subscriber:
    told = subscription_message(row, now)
    return messages.Subscriber(
        subscription_id=row.pk,
        account_id=row.customer.account_id,
        email=row.customer.email if with_email else None,
        plan=row.plan.name,
        price=Price(amount_minor=row.price.amount_minor, currency=row.price.currency),
        status=told.status,
        started_at=told.started_at,
        current_period_end=told.current_period_end,
    )


def _csv_line(values: tuple[object, ...]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue()
