"""What subscribers do in the simulated year, and the work that a day brings."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any
from uuid import UUID

from matinee.billing import actions
from matinee.billing.actions import visiting
from matinee.billing.actions.refunding import RefundWish
from matinee.billing.gateways.gateway import GatewayError
from matinee.billing.models import Customer, Payment, PaymentMethod, Plan, Subscription
from matinee.billing.rules.pricing import Terms
from matinee.billing.tasks import payments as tasks
from matinee.kernel import clock, ids
from matinee.kernel.databases import transaction_of
from matinee.kernel.money import Money
from matinee.kernel.problems import Problem

GOOD, OTHER = "4242424242424242", "5555555555554444"
# Shares of subscribers who do it on a day.
_LEAVES, _RETURNS, _CHANGES, _MENDS = 0.002, 0.02, 0.004, 0.2
_GIVEN_BACK = 0.0005
# Nobody's trial is longer: people come spread over a month.
_TRIAL_DAYS = 28


def people_come(houses: Any, count: int, plans: Sequence[tuple[str, int, str]]) -> None:
    """So many begin with a trial and a saved card, a part on each plan and of each length."""
    offered = [_offered(*plan, days) for plan in plans for days in range(1, _TRIAL_DAYS + 1)]
    for number in range(count):
        account = ids.uuid7()
        plan = offered[number % len(offered)]
        actions.subscription_order(account, actions.Wish(plan.pk))
        card_saved(houses.gateway, account, GOOD)


def day_passes(seed: int, day: int) -> None:
    """What people do on a day, then the work that it brings."""
    from matinee.billing.gateways.chosen import chosen  # noqa: PLC0415 - put there by the year

    for row in Subscription.objects.select_related("customer", "plan").order_by("id").iterator():
        draw = _draw(seed, day, row.customer.account_id)
        try:
            _do(row, draw, chosen())
        except (Problem, GatewayError):
            continue  # as people see it: it did not work, they go on
    for payment in Payment.objects.filter(status="succeeded", refunded_minor=0).iterator():
        if _draw(seed, "refund", payment.pk) < _GIVEN_BACK * 30 and day % 30 == payment.number:
            _give_back(payment)
    work_is_done()


def work_is_done() -> None:
    """The periodic work, as workers do it."""
    while actions.subscriptions_roll():
        pass
    tasks.collect()
    tasks.dun()
    tasks.tidy_payments()


def card_saved(gateway: Any, account: UUID, number: str) -> None:
    """Save a card, as the gateway's page would."""
    ref = visiting.gateway_customer(account)
    wish = {"customer_ref": ref, "number": number}
    told = gateway.control("POST", "methods", wish)
    now = clock.now()
    with transaction_of("billing"):
        customer = actions.locked_customer(account)
        PaymentMethod.objects.get_or_create(
            gateway=gateway.name,
            ref=told["ref"],
            defaults={
                "customer": customer,
                "customer_ref": ref,
                "brand": told["brand"],
                "last4": told["last4"],
                "expires": told["expires"],
                "chosen_at": now,
            },
        )
        actions.customer_can_be_charged(customer, can=True)


def _do(row: Subscription, draw: float, gateway: Any) -> None:
    account = row.customer.account_id
    if row.ended_at is not None:
        if draw < _RETURNS and not _runs(row.customer):
            actions.subscription_order(account, actions.Wish(row.plan_id))
    elif row.grace_until is not None or row.held_at is not None:
        if draw < _MENDS:
            card_saved(gateway, account, OTHER)
    elif draw < _LEAVES:
        actions.subscription_cancel(account)
    elif draw < _LEAVES + _CHANGES:
        mine = Plan.objects.filter(prices__currency=row.price.currency).order_by("id")
        actions.subscription_order(account, actions.Wish(mine[int(draw * 1e6) % len(mine)].pk))


def _runs(customer: Customer) -> bool:
    return Subscription.objects.filter(customer=customer, ended_at=None).exists()


def _give_back(payment: Payment) -> None:
    half = max(1, payment.amount_minor // 2)
    try:
        actions.payment_refund(RefundWish(payment.pk, half, "A bad evening", ids.uuid7()))
    except (Problem, GatewayError):
        return


def _offered(code: str, amount_minor: int, currency: str, trial_days: int) -> Plan:
    terms = Terms(Money(amount_minor, currency), "month", trial_days, 2, 1080)
    return actions.plan_add(actions.PlanDraft(f"{code}-{trial_days}", code, "Of the year.", terms))


def _draw(*of: object) -> float:
    digest = blake2b("\x1f".join(map(str, of)).encode(), digest_size=6).digest()
    return int.from_bytes(digest) / 2**48
