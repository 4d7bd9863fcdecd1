"""Holding a year's books against the gateway's own."""

import json
from collections import defaultdict
from typing import Any

from django.db import connections
from django.db.models import Count, Sum

from matinee.billing import actions, queries
from matinee.billing.models import (
    GatewayNews,
    LedgerTransfer,
    NewsMark,
    Payment,
    Subscription,
)

# Of each account the entitlement that was announced last.
_TOLD_LAST = """
SELECT DISTINCT ON (account) account, told::text FROM (
    SELECT body #>> '{entitlement,account_id}' AS account, body -> 'entitlement' AS told, id
    FROM billing_outbox WHERE type = 'entitlement.changed') AS announced
ORDER BY account, id DESC
"""

_AT_ONCE = 5_000

Books = dict[tuple[str, str], int]


def books() -> Books:
    """What each account holds in each currency: debits less credits."""
    held: Books = defaultdict(int)
    groups = LedgerTransfer.objects.values("debit", "credit", "currency")
    for group in groups.annotate(total=Sum("amount_minor")).order_by():
        held[group["debit"], group["currency"]] += group["total"]
        held[group["credit"], group["currency"]] -= group["total"]
    return dict(held)


def sums(held: Books) -> dict[str, int]:
    """What all accounts of a currency hold together."""
    totals: dict[str, int] = defaultdict(int)
    for (_, currency), amount in held.items():
        totals[currency] += amount
    return totals


def apart_from_gateway(held: Books, totals: list[dict[str, Any]]) -> int:
    """By how much our account of the gateway differs from what the gateway itself says."""
    there: dict[str, int] = defaultdict(int)
    for row in totals:
        there[row["currency"]] += _sign(row["kind"], row["status"]) * row["amount_minor"]
        if row["kind"] == "dispute":
            there[row["currency"]] -= row["fee_minor"]
    currencies = {currency for _, currency in held}
    return sum(abs(held.get(("gateway", each), 0) - there[each]) for each in currencies)


def charged_twice() -> int:
    """Invoices with more than one payment that succeeded."""
    paid = Payment.objects.filter(status="succeeded").values("invoice")
    return paid.annotate(count=Count("id")).filter(count__gt=1).count()


def entitlements_lost() -> int:
    """Subscriptions that run, but of which the last that was told is something else."""
    with connections["billing"].cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(_TOLD_LAST)
        told = {row[0]: json.loads(row[1]) for row in cursor.fetchall()}
    lost = 0
    running = Subscription.objects.filter(ended_at=None, activated_at__isnull=False)
    with_terms = running.select_related("customer").prefetch_related(*queries.TERMS_OF_MANY)
    for row in with_terms.iterator(chunk_size=_AT_ONCE):
        now = queries.entitlement_message(row).model_dump(mode="json")
        lost += told.get(now["account_id"]) != now
    return lost


def hear_all_again() -> None:
    """Forget which news were heard, and hear all of them."""
    GatewayNews.objects.all().delete()
    NewsMark.objects.all().delete()
    while actions.news_ask():
        pass


def unanswered() -> int:
    """Payments of which nobody knows yet what became of them."""
    return Payment.objects.filter(status__in=["started", "processing"]).count()


def payments_made() -> int:
    """Tries to collect, whatever came of them."""
    return Payment.objects.count()


def _sign(kind: str, status: str) -> int:
    if (kind, status) == ("charge", "succeeded"):
        return 1
    took = {("refund", "succeeded"), ("dispute", "open"), ("dispute", "lost")}
    return -1 if (kind, status) in took else 0
