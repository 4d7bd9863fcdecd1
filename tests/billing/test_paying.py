"""Ordering, paying and not paying: what invoices, the ledger and entitlements say."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from matinee.billing import actions
from matinee.billing.models import (
    Invoice,
    LedgerTransfer,
    Outbox,
    Subscription,
)
from matinee.kernel import clock, ids
from matinee.kernel.databases import transaction_of
from matinee.kernel.money import Money
from matinee.kernel.problems import Conflict
from tests.billing.money import (
    FEBRUARY_28,
    MARCH_31,
    START,
    SetClock,
    account,
    credit,
    ends_at,
    entitlements,
    frozen,
    now_of,
    order,
    pay,
    plan,
    state,
    subscribed,
)

pytestmark = pytest.mark.django_db(databases=["billing"])


@pytest.fixture
def clock_at() -> SetClock:
    """A clock that stands still: to the second is what these tests are about."""
    return frozen


@pytest.fixture(autouse=True)
def at_start() -> Iterator[None]:
    """Every test begins at the same moment."""
    with frozen(START):
        yield


def test_what_is_ordered_begins_when_it_is_paid(account_id: UUID) -> None:
    made = order(account_id, plan("premium", 1299))
    assert made.invoice is not None
    assert (made.invoice.status, made.invoice.number, state(account_id)) == (
        "draft",
        None,
        "incomplete",
    )
    assert not entitlements().exists()
    assert not LedgerTransfer.objects.exists()
    pay(made.invoice)
    invoice = Invoice.objects.get()
    assert (invoice.status, invoice.number, invoice.due_minor) == ("paid", "INV-00000001", 0)
    assert state(account_id) == "active"
    assert ends_at() == FEBRUARY_28 + timedelta(hours=48)
    assert (account("gateway"), account("revenue"), account("receivable")) == (1299, -1299, 0)


def test_a_payment_counts_once_and_nothing_of_it_is_lost(account_id: UUID) -> None:
    made = order(account_id, plan("premium", 1299))
    pay(made.invoice, "pay_1", 1299)
    pay(made.invoice, "pay_1", 1299)
    assert account("gateway") == 1299
    pay(made.invoice, "pay_2", 1299)
    assert (account("gateway"), account("receivable"), credit(account_id)) == (2598, 0, 1299)
    assert made.invoice is not None
    dollars = Money(1299, "USD")
    with pytest.raises(Conflict, match="cannot pay"):
        actions.invoice_settle(made.invoice, "pay_3", dollars, clock.now())


def test_an_order_that_nobody_pays_is_dropped(account_id: UUID, clock_at: SetClock) -> None:
    wanted = plan("premium", 1299)
    made = order(account_id, wanted)
    again = order(account_id, wanted)
    assert Subscription.objects.filter(ended_at=None).count() == 1
    with clock_at(START + timedelta(days=1, minutes=1)):
        assert actions.subscriptions_roll() == 1
        assert set(Invoice.objects.values_list("status", "number")) == {("void", None)}
        assert now_of(account_id).end_reason == "abandoned"
        pay(made.invoice, "late", 1299)
        assert (credit(account_id), account("gateway")) == (1299, 1299)
    assert again.invoice is not None
    assert not entitlements().exists()


def test_a_renewal_is_asked_for_on_the_anchors_day(account_id: UUID, clock_at: SetClock) -> None:
    subscribed(account_id, plan("premium", 1299))
    ends_at()
    with clock_at(FEBRUARY_28 + timedelta(minutes=1)):
        assert actions.subscriptions_roll() == 1
        assert actions.subscriptions_roll() == 0
        renewal = Invoice.objects.get(status="open")
        assert (renewal.number, renewal.due_minor) == ("INV-00000002", 1299)
        line = renewal.lines.get()
        assert (line.period_start, line.period_end) == (FEBRUARY_28, MARCH_31)
        assert not entitlements().exists()
        pay(renewal)
        assert ends_at() == MARCH_31 + timedelta(hours=48)
        assert now_of(account_id).due_at == MARCH_31


def test_a_period_that_is_not_paid_by_its_end_waits_until_it_is(
    account_id: UUID, clock_at: SetClock
) -> None:
    subscribed(account_id, plan("premium", 1299))
    with clock_at(FEBRUARY_28 + timedelta(minutes=1)):
        actions.subscriptions_roll()
        assert now_of(account_id).due_at == MARCH_31, "as it will be once it is paid"
    with clock_at(MARCH_31 + timedelta(minutes=1)):
        assert [actions.subscriptions_roll() for _ in range(2)] == [1, 0], "put to sleep once"
        assert now_of(account_id).due_at is None
        renewal = Invoice.objects.get(status="open")
        pay(renewal)
        assert now_of(account_id).due_at == MARCH_31
        assert actions.subscriptions_roll() == 1
        assert Invoice.objects.get(status="open") != renewal


def test_what_is_not_paid_is_held_and_goes_on_once_it_is(
    account_id: UUID, clock_at: SetClock
) -> None:
    subscribed(account_id, plan("premium", 1299))
    with clock_at(FEBRUARY_28 + timedelta(minutes=1)):
        actions.subscriptions_roll()
        renewal = Invoice.objects.get(status="open")
        grace = clock.now() + timedelta(days=7)
        with transaction_of("billing"):
            actions.invoices_unpaid([renewal], clock.now(), grace)
        assert (state(account_id), ends_at()) == ("past_due", grace)
    with clock_at(grace):
        with transaction_of("billing"):
            actions.subscription_hold(now_of(account_id), grace)
        assert (state(account_id), ends_at()) == ("on_hold", grace)
        with pytest.raises(Conflict, match="on hold"):
            order(account_id, plan("ultra", 1999))
    # No other is asked for while one is unpaid, however long that takes.
    paid_at = datetime(2027, 5, 3, 9, 0, tzinfo=UTC)
    with clock_at(paid_at):
        assert actions.subscriptions_roll() == 0
        pay(renewal)
        assert state(account_id) == "active"
        assert now_of(account_id).current_period_start.date() == paid_at.date()
        line = renewal.lines.get()
        assert line.period_start == now_of(account_id).current_period_start


def test_what_is_never_paid_ends_and_is_given_up(account_id: UUID, clock_at: SetClock) -> None:
    subscribed(account_id, plan("premium", 1299))
    with clock_at(FEBRUARY_28 + timedelta(days=30)):
        actions.subscriptions_roll()
        renewal = Invoice.objects.get(status="open")
        with transaction_of("billing"):
            actions.subscription_end_unpaid(now_of(account_id), clock.now())
            actions.invoice_give_up(renewal, clock.now())
            actions.invoice_give_up(renewal, clock.now())
        assert (account("bad_debt"), account("receivable")) == (1299, 0)
        assert state(account_id) == "ended"
        pay(renewal, "at last", 1299)
        assert (account("bad_debt"), account("gateway")) == (0, 2598)


def test_many_are_settled_as_one_after_the_other(
    clock_at: SetClock, django_assert_max_num_queries: Any
) -> None:
    wanted, price = plan("premium", 1299), Money(1299, "EUR")
    accounts = [ids.uuid7() for _ in range(6)]
    for each in accounts:
        subscribed(each, wanted)
    with clock_at(FEBRUARY_28):
        while actions.subscriptions_roll():
            pass
        ordered = order(ids.uuid7(), wanted).invoice
        assert ordered is not None
        renewals = list(Invoice.objects.filter(status="open").order_by("id"))
        assert len(renewals) == len(accounts)
        paid = [actions.Paid(each, f"pay_{at}", price) for at, each in enumerate(renewals)]
        Outbox.objects.all().delete()
        with transaction_of("billing"):
            actions.invoice_settle(renewals[5], "pay_5", price, clock.now())
            with django_assert_max_num_queries(15, using="billing"):
                actions.invoices_settle(paid, clock.now())
        renewals[0].refresh_from_db()
        odd = [actions.Paid(one, str(one.id), price) for one in (renewals[0], ordered)]
        with transaction_of("billing"):
            actions.invoices_settle([*paid, *odd], clock.now())
        ends = {row.body["entitlement"]["ends_at"] for row in entitlements()}
        assert entitlements().count() == len(accounts) + 1
        assert datetime.fromisoformat(max(ends)) == MARCH_31 + timedelta(hours=48)
        assert {now_of(each).paid_until for each in accounts} == {MARCH_31}
    assert not Invoice.objects.exclude(status="paid", due_minor=0).exists()
    assert [account(name) for name in ("receivable", "gateway", "credit")] == [0, 14 * 1299, -1299]
