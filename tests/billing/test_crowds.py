"""Several requests at once leave what one after the other would have left."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from matinee.billing import actions
from matinee.billing.models import Customer, Outbox, Plan, Subscription
from matinee.billing.rules.pricing import Terms
from matinee.kernel import clock, ids
from matinee.kernel.money import Money

CROWD = 6
TABLES = (Outbox, Subscription, Customer)


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
    assert Outbox.objects.count() == 1


def test_each_is_rolled_once(plan: Plan) -> None:
    accounts = [ids.uuid7() for _ in range(CROWD)]
    for account_id in accounts:
        actions.subscription_choose(account_id, plan.id)
        actions.subscription_cancel(account_id)
    Outbox.objects.all().delete()
    with clock.shifted(timedelta(days=40)):
        at_once(lambda _: actions.subscriptions_roll())
        assert actions.subscriptions_roll() == 0
    ended = [row.body["entitlement"]["account_id"] for row in Outbox.objects.all()]
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
