"""Paying and being charged: billing against the simulator, in one process."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from matinee.billing import actions, queries
from matinee.billing.actions import hearing, paying
from matinee.billing.gateways.gateway import Charge
from matinee.billing.models import (
    Customer,
    Invoice,
    Outbox,
    Payment,
    PaymentMethod,
    Plan,
)
from matinee.kernel import clock, ids
from matinee.kernel.databases import second_connection
from matinee.kernel.money import Money
from matinee.kernel.problems import BadRequest, Conflict, NotFound
from tests.billing.at_the_gateway import (
    ASKS,
    GOOD,
    PRICE,
    Till,
    held_by,
    later,
    order,
    owed,
    renew,
    statuses,
    subscribed,
)

pytestmark = pytest.mark.django_db(databases=["billing"])

SetClock = Callable[[datetime], Any]


def test_paid_on_the_page_is_playing(till: Till, premium: Plan, account_id: UUID) -> None:
    invoice = order(account_id, premium)
    page = actions.invoice_visit(account_id, invoice.pk)
    assert actions.invoice_visit(account_id, invoice.pk) == page, "one page, however often"
    assert till.use(page, GOOD).endswith("/account")
    till.news()
    row = queries.newest(account_id)
    assert row is not None
    assert queries.subscription_message(row, clock.now()).status == "active"
    assert Outbox.objects.filter(type="entitlement.changed").exists()
    invoice.refresh_from_db()
    assert (invoice.status, invoice.due_minor) == ("paid", 0)
    assert till.taken() == held_by() == PRICE
    assert Customer.objects.get(account_id=account_id).can_be_charged
    (method,) = queries.paying_of(account_id).methods
    assert (method.last4, method.is_charged) == ("4242", True)


def test_three_d_secure_is_answered_on_the_page(
    till: Till, premium: Plan, account_id: UUID
) -> None:
    invoice = order(account_id, premium)
    page = actions.invoice_visit(account_id, invoice.pk)
    assert "3-D Secure" in till.use(page, ASKS)
    assert "confirmation" in till.use(page, ASKS, "refuse")
    assert statuses(invoice) == ["started"]
    till.use(page, ASKS, "confirm")
    till.news()
    assert statuses(invoice) == ["succeeded"]


@pytest.mark.asvs("SVC-4")
def test_news_twice_late_and_out_of_order_change_nothing(
    till: Till, premium: Plan, account_id: UUID
) -> None:
    invoice = order(account_id, premium)
    till.use(actions.invoice_visit(account_id, invoice.pk), GOOD)
    rows = till.bank.store.rows("SELECT number, subject, ref FROM news ORDER BY number DESC")
    told = [{"id": str(number), "subject": of, "ref": ref} for number, of, ref in rows]
    for news in (told, told[::-1], told[:1], [{**told[0], "id": "again"}]):
        till.tell(news)
    assert statuses(invoice) == ["succeeded"]
    assert till.taken() == held_by() == PRICE


def test_news_that_never_came_is_asked_for(till: Till, premium: Plan, account_id: UUID) -> None:
    till.faults(dropped=1.0)
    invoice = order(account_id, premium)
    till.use(actions.invoice_visit(account_id, invoice.pk), GOOD)
    till.news()
    assert statuses(invoice) == ["started"]
    assert actions.news_ask() > 0
    assert statuses(invoice) == ["succeeded"]
    assert actions.news_ask() == 0


def test_while_one_worker_asks_for_news_another_does_not(
    till: Till, premium: Plan, account_id: UUID
) -> None:
    invoice = order(account_id, premium)
    till.use(actions.invoice_visit(account_id, invoice.pk), GOOD)
    with second_connection("billing") as other:
        other.execute("SELECT pg_advisory_lock(%(lock)s)", hearing._LOCK)
        assert actions.news_ask() == 0
        other.execute("SELECT pg_advisory_unlock_all()")
        assert actions.news_ask() > 0
    assert statuses(invoice) == ["succeeded"]


@pytest.mark.asvs("SVC-4")
def test_forged_news_is_refused(till: Till) -> None:
    with pytest.raises(BadRequest, match="signed"):
        actions.news_hear("simulator", b"{}", {})
    with pytest.raises(NotFound):
        actions.news_hear("stripe", b"{}", {})
    assert till.taken() == 0


def test_a_renewal_is_charged_once(
    till: Till, premium: Plan, account_id: UUID, clock_at: SetClock
) -> None:
    row = subscribed(till, account_id, premium)
    with clock_at(later(row, minutes=1)):
        renew()
        renew()
        till.news()
        assert statuses(owed(row)) == ["succeeded"]
        assert till.taken() == held_by() == 2 * PRICE
        assert actions.payments_ask_again() == 0


@pytest.mark.parametrize("fault", ["lost_before", "lost_after"])
def test_an_answer_that_is_lost_is_asked_for_again_and_charged_once(
    till: Till, premium: Plan, account_id: UUID, clock_at: SetClock, fault: str
) -> None:
    row = subscribed(till, account_id, premium)
    end = later(row, minutes=1)
    with clock_at(end):
        till.faults(**{fault: 1.0})
        renew()
        assert statuses(owed(row)) == ["started"]
        renew()
        assert statuses(owed(row)) == ["started"], "nothing else is tried meanwhile"
        till.faults()
    with clock_at(end + paying.ASK_AGAIN_AFTER + timedelta(minutes=5)):
        assert actions.payments_ask_again() == 1
        assert statuses(owed(row)) == ["succeeded"]
    assert till.taken() == held_by() == 2 * PRICE


def test_a_charge_that_takes_a_day(
    till: Till, premium: Plan, account_id: UUID, clock_at: SetClock
) -> None:
    row = subscribed(till, account_id, premium)
    end = later(row, minutes=1)
    with clock_at(end):
        till.faults(processing=1.0)
        renew()
        assert statuses(owed(row)) == ["processing"]
        (due,) = queries.paying_of(account_id).due
        assert due.is_under_way
        with pytest.raises(Conflict, match="just now"):
            actions.invoice_visit(account_id, owed(row).pk)
    with clock_at(end + timedelta(days=2)):
        till.bank.time_passed()
        actions.payments_ask_again()
        assert statuses(owed(row)) == ["succeeded"]


def test_others_are_told_until_when_a_renewal_reaches_but_not_that_all_stands_as_before(
    till: Till, premium: Plan, account_id: UUID, clock_at: SetClock
) -> None:
    row = subscribed(till, account_id, premium)
    Outbox.objects.all().delete()
    with clock_at(later(row, minutes=1)):
        renew()
    assert statuses(owed(row)) == ["succeeded"]
    told = Outbox.objects.order_by("type").values_list("type", flat=True).distinct()
    assert list(told) == ["entitlement.changed", "money.booked"]


def test_a_page_that_another_began_a_moment_ago_is_not_the_last(
    till: Till,
    premium: Plan,
    account_id: UUID,
    clock_at: SetClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = subscribed(till, account_id, premium)
    begin = paying._begun
    # Both found it due; the other let its customer go before this one took it.
    monkeypatch.setattr(paying, "_begun", lambda *of: (begin(*of), begin(*of))[1])
    with clock_at(later(row, minutes=1)):
        assert actions.subscriptions_roll() == 1
        assert actions.invoices_collect() == 1
        assert statuses(owed(row)) == ["started"]
        assert actions.invoices_collect() == 0


def test_what_a_page_moves_is_told_in_sums(till: Till, premium: Plan, clock_at: SetClock) -> None:
    rows = [subscribed(till, ids.uuid7(), premium) for _ in range(3)]
    Outbox.objects.all().delete()
    with clock_at(max(later(row, minutes=1) for row in rows)):
        renew()
    told = Outbox.objects.filter(type="money.booked").order_by("id")
    moves = [move for body in told.values_list("body", flat=True) for move in body["transfers"]]
    assert [(one["debit"], one["credit"], one["amount_minor"]) for one in moves] == [
        ("receivable", "revenue", 3 * PRICE),
        ("gateway", "receivable", 3 * PRICE),
    ]


def test_the_database_refuses_a_second_live_payment(
    till: Till, premium: Plan, account_id: UUID
) -> None:
    row = subscribed(till, account_id, premium)
    with pytest.raises(IntegrityError), transaction.atomic(using="billing"):
        paying.payment_begin(owed(row), None, clock.now())
    assert till.taken() == PRICE


def test_money_that_comes_after_all_is_kept(till: Till, premium: Plan, account_id: UUID) -> None:
    invoice = order(account_id, premium)
    actions.invoice_visit(account_id, invoice.pk)
    Payment.objects.update(status="closed")
    key = f"invoice:{invoice.pk}:1"
    paying.charges_note([Charge("charge_late", key, Money(PRICE, "EUR"), "succeeded")])
    assert statuses(invoice) == ["succeeded"]
    assert held_by() == PRICE
    assert till.gateway.name == "simulator"


def test_the_card_that_was_chosen_is_charged(till: Till, premium: Plan, account_id: UUID) -> None:
    subscribed(till, account_id, premium)
    till.use(actions.method_visit(account_id), "5555555555554444")
    actions.visits_look(account_id)
    new, old = queries.paying_of(account_id).methods
    assert (new.last4, new.is_charged, old.is_charged) == ("4444", True, False)
    actions.method_choose(account_id, old.id)
    assert [one.last4 for one in queries.paying_of(account_id).methods] == ["4242", "4444"]
    with pytest.raises(NotFound):
        actions.method_choose(ids.uuid7(), old.id)


def test_nobody_pays_for_others(till: Till, premium: Plan, account_id: UUID) -> None:
    invoice = order(account_id, premium)
    with pytest.raises(NotFound):
        actions.invoice_visit(ids.uuid7(), invoice.pk)
    subscribed(till, account_id, premium)
    with pytest.raises(NotFound):
        actions.method_remove(ids.uuid7(), PaymentMethod.objects.get().pk)
    with pytest.raises(Conflict, match="Nothing is to be paid"):
        actions.invoice_visit(account_id, Invoice.objects.get(status="paid").pk)


def test_news_of_long_ago_is_forgotten(
    till: Till, premium: Plan, account_id: UUID, clock_at: SetClock
) -> None:
    subscribed(till, account_id, premium)
    till.news()
    assert actions.news_prune() == 0
    with clock_at(clock.now() + timedelta(days=61)):
        assert actions.news_prune() > 0
        assert actions.news_prune() == 0
