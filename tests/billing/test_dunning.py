"""What becomes of those who cannot be charged: grace, hold, the end, or another card."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from matinee.billing import actions, queries
from matinee.billing.models import (
    Customer,
    DunningCase,
    Notice,
    Plan,
    Subscription,
)
from matinee.kernel import clock
from matinee.kernel.problems import NotFound
from tests.billing.at_the_gateway import (
    GOOD,
    POOR,
    PRICE,
    STOLEN,
    Till,
    held_by,
    later,
    owed,
    renew,
    statuses,
    subscribed,
)

pytestmark = pytest.mark.django_db(databases=["billing"])

SetClock = Callable[[datetime], Any]


class TestUnpaid:
    """A card without money at the first renewal."""

    @pytest.fixture
    def row(self, till: Till, premium: Plan, account_id: UUID) -> Subscription:
        return subscribed(till, account_id, premium, POOR)

    def status(self, account_id: UUID) -> str:
        row = queries.newest(account_id)
        assert row is not None
        return queries.subscription_message(row, clock.now()).status

    def run(self, days: range, clock_at: SetClock, start: datetime) -> None:
        """Work once a day on days after the renewal."""
        for passed in days:
            with clock_at(start + timedelta(days=passed, minutes=1 + passed)):
                renew()
                actions.cases_step()
                renew()

    def test_grace_then_hold_then_the_end(
        self, row: Subscription, account_id: UUID, clock_at: SetClock
    ) -> None:
        start = later(row)
        self.run(range(1), clock_at, start)
        with clock_at(start + timedelta(hours=1)):
            assert self.status(account_id) == "past_due"
            (due,) = queries.paying_of(account_id).due
            assert (due.decline, due.is_order) == ("insufficient_funds", False)
        self.run(range(1, 7), clock_at, start)
        with clock_at(start + timedelta(days=6, hours=1)):
            assert self.status(account_id) == "past_due"
            assert statuses(owed(row)) == ["failed"] * 4, "at once, after 1, 3 and 6 days"
        self.run(range(7, 9), clock_at, start)
        with clock_at(start + timedelta(days=8, hours=1)):
            assert self.status(account_id) == "on_hold"
        self.run(range(9, 21), clock_at, start)
        assert statuses(owed(row)) == ["failed"] * 6
        self.run(range(21, 30), clock_at, start)
        with clock_at(start + timedelta(days=29, hours=1)):
            assert self.status(account_id) == "ended"
            assert owed(row).status == "uncollectible"
            assert queries.paying_of(account_id).due == []
        assert DunningCase.objects.get().outcome == "given_up"
        assert (held_by(), held_by("receivable")) == (PRICE, 0)
        kinds = list(Notice.objects.order_by("id").values_list("kind", flat=True))
        assert kinds[0] == "payment_failed"
        assert kinds[-1] == "ended_unpaid"
        assert "on_hold" in kinds

    @pytest.mark.parametrize("days", [2, 12])
    def test_another_card_mends_it_at_once(
        self, till: Till, row: Subscription, account_id: UUID, clock_at: SetClock, days: int
    ) -> None:
        start = later(row)
        self.run(range(days + 1), clock_at, start)
        with clock_at(start + timedelta(days=days, hours=1)):
            till.use(actions.method_visit(account_id), GOOD)
            actions.visits_look(account_id)
            renew()
            assert self.status(account_id) == "active"
            assert queries.paying_of(account_id).due == []
        assert DunningCase.objects.get().outcome == "paid"
        assert till.taken() == held_by() == 2 * PRICE

    def test_paying_on_the_page_mends_it_too(
        self, till: Till, row: Subscription, account_id: UUID, clock_at: SetClock
    ) -> None:
        start = later(row)
        self.run(range(10), clock_at, start)
        with clock_at(start + timedelta(days=9, hours=1)):
            assert self.status(account_id) == "on_hold"
            (due,) = queries.paying_of(account_id).due
            till.use(actions.invoice_visit(account_id, due.invoice_id), GOOD)
            till.news()
            assert self.status(account_id) == "active"


def test_a_stolen_card_is_not_tried_again(
    till: Till, premium: Plan, account_id: UUID, clock_at: SetClock
) -> None:
    row = subscribed(till, account_id, premium, STOLEN)
    start = later(row)
    for day in range(27):
        with clock_at(start + timedelta(days=day, minutes=1)):
            renew()
            actions.cases_step()
    assert statuses(owed(row)) == ["failed"]
    assert DunningCase.objects.get().held_at is not None


def test_without_a_card_there_is_nothing_to_charge(
    till: Till, premium: Plan, account_id: UUID, clock_at: SetClock
) -> None:
    row = subscribed(till, account_id, premium)
    (method,) = queries.paying_of(account_id).methods
    actions.method_remove(account_id, method.id)
    assert not Customer.objects.get(account_id=account_id).can_be_charged
    with pytest.raises(NotFound):
        actions.method_remove(account_id, method.id)
    with clock_at(later(row, minutes=1)):
        renew()
        (due,) = queries.paying_of(account_id).due
        assert due.decline == "no_method"
    assert till.taken() == PRICE
