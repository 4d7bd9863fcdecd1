"""Subscriptions by the page: locked with their customers, with all that the rules ask of them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from matinee.billing.actions.telling import AT_ONCE
from matinee.billing.models import Customer, Plan, PlanPrice, Subscription
from matinee.billing.queries.reading import Part, read, relate
from matinee.kernel.arrays import array

# What renewals and payments ask of a customer; names and addresses are sealed.
_PAYER = Part(Customer, ("id", "account_id", "territory", "can_be_charged"))
_WITH_CUSTOMER = """
SELECT {kept}, {customer} FROM billing_subscription AS kept
JOIN billing_customer AS customer ON customer.id = kept.customer_id
"""
_DUE = f"""{_WITH_CUSTOMER} WHERE kept.due_at <= %(now)s::timestamptz
ORDER BY kept.due_at, kept.id LIMIT {AT_ONCE} FOR UPDATE OF kept, customer SKIP LOCKED
"""
_THESE = f"""{_WITH_CUSTOMER} WHERE kept.id = ANY(%(ids)s::uuid[])
ORDER BY kept.id FOR UPDATE OF kept, customer
"""
_PRICES = """
SELECT {price}, {plan} FROM billing_planprice AS price
JOIN billing_plan AS plan ON plan.id = price.plan_id WHERE price.id = ANY(%(ids)s::uuid[])
"""


def subscriptions_due(now: datetime) -> list[Subscription]:
    """Those to which something is due, at most 500, but those that somebody holds just now."""
    return _locked(_DUE, {"now": now})


def subscriptions_locked(wanted: Collection[UUID]) -> list[Subscription]:
    """Those with such ids, in their order."""
    return _locked(_THESE, {"ids": array(wanted)}) if wanted else []


def _locked(statement: str, values: dict[str, object]) -> list[Subscription]:
    found = read(statement, values, kept=Subscription, customer=_PAYER)
    rows: list[Subscription] = [row for row, _ in found]
    wanted = {id_ for row in rows for id_ in (row.price_id, row.next_price_id)} - {None}
    prices: dict[UUID | None, PlanPrice] = {}
    # Plans and prices are few: each is read and made once for all.
    for price, plan in read(_PRICES, {"ids": array(wanted)}, price=PlanPrice, plan=Plan):
        relate(price, plan=plan)
        prices[price.pk] = price
    plans = {price.plan_id: price.plan for price in prices.values()}
    plans |= Plan.objects.in_bulk({row.plan_id for row in rows} - plans.keys())
    for row, customer in found:
        relate(
            row,
            customer=customer,
            plan=plans[row.plan_id],
            price=prices[row.price_id],
            next_price=prices.get(row.next_price_id),
        )
    return rows
