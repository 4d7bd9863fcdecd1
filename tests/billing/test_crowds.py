"""Several requests at once leave what one after the other would have left."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections

from matinee.billing import actions
from matinee.billing.actions.coupons import CouponDraft
from matinee.billing.models import (
    Coupon,
    Customer,
    CustomerBalance,
    GiftCard,
    LedgerTransfer,
    Outbox,
    Plan,
    Redemption,
    Subscription,
)
from matinee.billing.rules.pricing import Terms
from matinee.kernel import clock, ids
from matinee.kernel.money import Money
from matinee.kernel.problems import NotFound
from tests.billing.money import entitlements

CROWD = 6
TABLES = (Outbox, Subscription, Customer)
FOR_GOOD = (LedgerTransfer, CustomerBalance, Redemption, GiftCard, Coupon)


@pytest.fixture
def plan(django_db_setup: None, django_db_blocker: Any) -> Iterator[Plan]:
    """A plan in the database itself, which threads share; what came of it is removed by hand.

    Emptying all tables, as a test of Django would, takes the plan of a new installation along.
    """
    del django_db_setup  # only asked to be first
    terms = Terms(Money(0, "EUR"), "month", 0, 3, 2160)
    with django_db_blocker.unblock():
        plan = actions.plan_add(actions.PlanDraft("crowd", "Crowd", "For the tests.", terms))
        try:
            yield plan
        finally:
            for table in TABLES:
                table._default_manager.all().delete()
            plan.prices.all().delete()
            plan.delete()
            connections["billing"].close()


@pytest.fixture
def by_hand(plan: Plan) -> Iterator[Plan]:
    """Also removes what is there for good: the ledger, and what was redeemed."""
    yield plan
    with connections["billing"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table in FOR_GOOD:
            cursor.execute(f"DELETE FROM {table._meta.db_table}")  # noqa: S608 - a table's own name
        cursor.execute("SET session_replication_role = origin")


def at_once(act: Callable[[int], object]) -> None:
    """Do something from many threads."""

    def one(number: int) -> None:
        try:
            act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CROWD) as pool:
        list(pool.map(one, range(CROWD)))


def test_an_account_gets_one_subscription(plan: Plan) -> None:
    account_id = ids.uuid7()
    at_once(lambda _: actions.subscription_choose(account_id, plan.id))
    assert Subscription.objects.count() == 1
    assert entitlements().count() == 1


def test_each_is_rolled_once(plan: Plan) -> None:
    accounts = [ids.uuid7() for _ in range(CROWD)]
    for account_id in accounts:
        actions.subscription_choose(account_id, plan.id)
        actions.subscription_cancel(account_id)
    Outbox.objects.all().delete()
    with clock.shifted(timedelta(days=40)):
        at_once(lambda _: actions.subscriptions_roll())
        assert actions.subscriptions_roll() == 0
    ended = [row.body["entitlement"]["account_id"] for row in entitlements()]
    assert sorted(ended) == sorted(map(str, accounts))


def test_choosing_while_the_period_ends_leaves_one_running(plan: Plan) -> None:
    account_id = ids.uuid7()
    actions.subscription_choose(account_id, plan.id)
    actions.subscription_cancel(account_id)

    def act(number: int) -> None:
        if number % 2:
            actions.subscriptions_roll()
        else:
            actions.subscription_choose(account_id, plan.id)

    with clock.shifted(timedelta(days=40)):
        at_once(act)
    running = Subscription.objects.filter(ended_at=None)
    assert (running.count(), Subscription.objects.count()) == (1, 2)


@pytest.mark.asvs("V2.3.4")
def test_a_gift_card_is_redeemed_once(by_hand: Plan) -> None:
    assert by_hand
    _, code = actions.gift_card_give(Money(2500, "EUR"))
    got: list[Money] = []

    def act(_: int) -> None:
        with suppress(NotFound):
            got.append(actions.gift_card_redeem(ids.uuid7(), code))

    at_once(act)
    assert got == [Money(2500, "EUR")]
    assert GiftCard.objects.exclude(redeemed_at=None).count() == 1


@pytest.mark.asvs("V2.3.4")
def test_a_coupon_is_redeemed_as_often_as_it_may_be(by_hand: Plan) -> None:
    actions.coupon_add(CouponDraft("TWICE", percent=Decimal(50), redemptions_max=2))
    got: list[int] = []

    def act(number: int) -> None:
        with suppress(NotFound):
            actions.subscription_order(ids.uuid7(), actions.Wish(by_hand.pk, coupon="TWICE"))
            got.append(number)

    at_once(act)
    assert len(got) == Redemption.objects.count() == 2
