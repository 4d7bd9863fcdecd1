"""Paying, being charged, owing, getting back: billing against the simulator, in one process."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from matinee.billing import actions, queries
from matinee.billing.actions import paying
from matinee.billing.gateways import chosen
from matinee.billing.gateways.gateway import Charge, UnsureError
from matinee.billing.models import (
    Customer,
    DunningCase,
    Invoice,
    LedgerTransfer,
    Notice,
    Outbox,
    Payment,
    PaymentMethod,
    Plan,
    Refund,
    Subscription,
)
from matinee.billing.rules.pricing import Terms
from matinee.billing.simulator.store import Store
from matinee.kernel import clock, ids
from matinee.kernel.money import Money
from matinee.kernel.problems import BadRequest, Conflict, NotFound, Unavailable
from tests.billing.at_the_gateway import (
    ASKS,
    GOOD,
    POOR,
    STOLEN,
    Till,
    open_till,
    order,
    renew,
    statuses,
    subscribed,
)

pytestmark = pytest.mark.django_db(databases=["billing"])

SetClock = Callable[[datetime], Any]
PRICE = 999


@pytest.fixture
def till(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Till]:
    store = Store(tmp_path / "simulator.sqlite")
    opened = open_till(store)
    monkeypatch.setattr(chosen, "_made", lambda: opened.gateway)
    yield opened
    store.close()


@pytest.fixture
def plan() -> Plan:
    terms = Terms(Money(PRICE, "EUR"), "month", 0, 2, 1080)
    return actions.plan_add(actions.PlanDraft("premium", "Premium", "For the tests.", terms))


def gateway_account(account: str = "gateway") -> int:
    """What a ledger account holds in euros: debits less credits."""
    debits = LedgerTransfer.objects.filter(debit=account, currency="EUR")
    taken = LedgerTransfer.objects.filter(credit=account, currency="EUR")
    of = "amount_minor"
    return sum(debits.values_list(of, flat=True)) - sum(taken.values_list(of, flat=True))


def owed(row: Subscription) -> Invoice:
    """The newest invoice of a subscription."""
    return Invoice.objects.filter(subscription=row).order_by("-id")[0]


def later(row: Subscription, **by: float) -> datetime:
    """A moment after the running period ends."""
    row.refresh_from_db()
    return row.current_period_end + timedelta(**by)


def test_paid_on_the_page_is_playing(till: Till, plan: Plan, account_id: UUID) -> None:
    invoice = order(account_id, plan)
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
    assert till.taken() == gateway_account() == PRICE
    assert Customer.objects.get(account_id=account_id).can_be_charged
    (method,) = queries.paying_of(account_id).methods
    assert (method.last4, method.is_charged) == ("4242", True)


def test_three_d_secure_is_answered_on_the_page(till: Till, plan: Plan, account_id: UUID) -> None:
    invoice = order(account_id, plan)
    page = actions.invoice_visit(account_id, invoice.pk)
    assert "3-D Secure" in till.use(page, ASKS)
    assert "confirmation" in till.use(page, ASKS, "refuse")
    assert statuses(invoice) == ["started"]
    till.use(page, ASKS, "confirm")
    till.news()
    assert statuses(invoice) == ["succeeded"]


def test_news_twice_late_and_out_of_order_change_nothing(
    till: Till, plan: Plan, account_id: UUID
) -> None:
    invoice = order(account_id, plan)
    till.use(actions.invoice_visit(account_id, invoice.pk), GOOD)
    rows = till.bank.store.rows("SELECT number, subject, ref FROM news ORDER BY number DESC")
    told = [{"id": str(number), "subject": of, "ref": ref} for number, of, ref in rows]
    for news in (told, told[::-1], told[:1], [{**told[0], "id": "again"}]):
        till.tell(news)
    assert statuses(invoice) == ["succeeded"]
    assert till.taken() == gateway_account() == PRICE


def test_news_that_never_came_is_asked_for(till: Till, plan: Plan, account_id: UUID) -> None:
    till.faults(dropped=1.0)
    invoice = order(account_id, plan)
    till.use(actions.invoice_visit(account_id, invoice.pk), GOOD)
    till.news()
    assert statuses(invoice) == ["started"]
    assert actions.news_ask() > 0
    assert statuses(invoice) == ["succeeded"]
    assert actions.news_ask() == 0


def test_forged_news_is_refused(till: Till) -> None:
    with pytest.raises(BadRequest, match="signed"):
        actions.news_hear("simulator", b"{}", {})
    with pytest.raises(NotFound):
        actions.news_hear("stripe", b"{}", {})
    assert till.taken() == 0


def test_a_renewal_is_charged_once(
    till: Till, plan: Plan, account_id: UUID, clock_at: SetClock
) -> None:
    row = subscribed(till, account_id, plan)
    with clock_at(later(row, minutes=1)):
        renew()
        renew()
        till.news()
        assert statuses(owed(row)) == ["succeeded"]
        assert till.taken() == gateway_account() == 2 * PRICE
        assert actions.payments_ask_again() == 0


@pytest.mark.parametrize("fault", ["lost_before", "lost_after"])
def test_an_answer_that_is_lost_is_asked_for_again_and_charged_once(
    till: Till, plan: Plan, account_id: UUID, clock_at: SetClock, fault: str
) -> None:
    row = subscribed(till, account_id, plan)
    end = later(row, minutes=1)
    with clock_at(end):
        till.faults(**{fault: 1.0})
        renew()
        assert statuses(owed(row)) == ["started"]
        renew()
        assert statuses(owed(row)) == ["started"], "nothing else is tried meanwhile"
        till.faults()
    with clock_at(end + timedelta(minutes=2)):
        assert actions.payments_ask_again() == 1
        assert statuses(owed(row)) == ["succeeded"]
    assert till.taken() == gateway_account() == 2 * PRICE


def test_a_charge_that_takes_a_day(
    till: Till, plan: Plan, account_id: UUID, clock_at: SetClock
) -> None:
    row = subscribed(till, account_id, plan)
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


def test_the_database_refuses_a_second_live_payment(
    till: Till, plan: Plan, account_id: UUID
) -> None:
    row = subscribed(till, account_id, plan)
    with pytest.raises(IntegrityError), transaction.atomic(using="billing"):
        paying.payment_begin(owed(row), None, clock.now())
    assert till.taken() == PRICE


def test_a_page_left_open_gives_way_to_collecting(
    till: Till, plan: Plan, account_id: UUID, clock_at: SetClock
) -> None:
    row = subscribed(till, account_id, plan, POOR)
    end = later(row, minutes=1)
    with clock_at(end):
        renew()
        page = actions.invoice_visit(account_id, owed(row).pk)
        actions.visits_look(account_id)
        assert statuses(owed(row)) == ["failed", "started"]
        assert actions.visits_end() == 0
    with clock_at(end + timedelta(hours=2)):
        assert actions.visits_end() == 1
        assert statuses(owed(row)) == ["failed", "closed"]
        assert "is closed" in till.use(page, GOOD)


@pytest.mark.usefixtures("till")
def test_a_page_whose_address_was_lost_is_closed_too(
    plan: Plan, account_id: UUID, clock_at: SetClock
) -> None:
    invoice = order(account_id, plan)
    actions.invoice_visit(account_id, invoice.pk)
    Payment.objects.update(checkout_ref="")
    with clock_at(clock.now() + timedelta(hours=2)):
        assert actions.visits_end() == 1
    assert statuses(invoice) == ["closed"]


def test_money_that_comes_after_all_is_kept(till: Till, plan: Plan, account_id: UUID) -> None:
    invoice = order(account_id, plan)
    actions.invoice_visit(account_id, invoice.pk)
    Payment.objects.update(status="closed")
    key = f"invoice:{invoice.pk}:1"
    paying.charges_note([Charge("charge_late", key, Money(PRICE, "EUR"), "succeeded")])
    assert statuses(invoice) == ["succeeded"]
    assert gateway_account() == PRICE
    assert till.gateway.name == "simulator"


def test_no_money_is_taken_while_the_gateway_is_away(
    till: Till, plan: Plan, account_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice = order(account_id, plan)

    def away(*_: object) -> None:
        raise UnsureError("It does not answer.")

    for name in ("customer_make", "checkout_open", "checkout_find"):
        monkeypatch.setattr(till.gateway, name, away)
    with pytest.raises(Unavailable, match="Nothing was charged"):
        actions.invoice_visit(account_id, invoice.pk)
    with pytest.raises(Unavailable):
        actions.method_visit(account_id)


class TestUnpaid:
    """A card without money at the first renewal."""

    @pytest.fixture
    def row(self, till: Till, plan: Plan, account_id: UUID) -> Subscription:
        return subscribed(till, account_id, plan, POOR)

    def status(self, account_id: UUID) -> str:
        row = queries.newest(account_id)
        assert row is not None
        return queries.subscription_message(row, clock.now()).status

    def run_until(self, day: int, clock_at: SetClock, start: datetime) -> None:
        """Work once a day from the renewal to `day`."""
        for passed in range(day + 1):
            with clock_at(start + timedelta(days=passed, minutes=1 + passed)):
                renew()
                actions.cases_step()
                renew()

    def test_grace_then_hold_then_the_end(
        self, row: Subscription, account_id: UUID, clock_at: SetClock
    ) -> None:
        start = later(row)
        self.run_until(0, clock_at, start)
        with clock_at(start + timedelta(hours=1)):
            assert self.status(account_id) == "past_due"
            (due,) = queries.paying_of(account_id).due
            assert (due.decline, due.is_order) == ("insufficient_funds", False)
            assert due.hold_at is not None
            assert due.hold_at - start < timedelta(days=7, minutes=5)
        self.run_until(6, clock_at, start)
        with clock_at(start + timedelta(days=6, hours=1)):
            assert self.status(account_id) == "past_due"
            assert statuses(owed(row)) == ["failed"] * 4, "at once, after 1, 3 and 6 days"
        self.run_until(8, clock_at, start)
        with clock_at(start + timedelta(days=8, hours=1)):
            assert self.status(account_id) == "on_hold"
        self.run_until(20, clock_at, start)
        assert statuses(owed(row)) == ["failed"] * 6
        self.run_until(29, clock_at, start)
        with clock_at(start + timedelta(days=29, hours=1)):
            assert self.status(account_id) == "ended"
            assert owed(row).status == "uncollectible"
            assert queries.paying_of(account_id).due == []
        assert DunningCase.objects.get().outcome == "given_up"
        assert gateway_account() == PRICE
        assert gateway_account("receivable") == 0
        kinds = list(Notice.objects.order_by("id").values_list("kind", flat=True))
        assert kinds[0] == "payment_failed"
        assert kinds[-1] == "ended_unpaid"
        assert "on_hold" in kinds

    @pytest.mark.parametrize("days", [2, 12])
    def test_another_card_mends_it_at_once(
        self, till: Till, row: Subscription, account_id: UUID, clock_at: SetClock, days: int
    ) -> None:
        start = later(row)
        self.run_until(days, clock_at, start)
        with clock_at(start + timedelta(days=days, hours=1)):
            till.use(actions.method_visit(account_id), GOOD)
            actions.visits_look(account_id)
            renew()
            assert self.status(account_id) == "active"
            assert queries.paying_of(account_id).due == []
        assert DunningCase.objects.get().outcome == "paid"
        assert till.taken() == gateway_account() == 2 * PRICE

    def test_paying_on_the_page_mends_it_too(
        self, till: Till, row: Subscription, account_id: UUID, clock_at: SetClock
    ) -> None:
        start = later(row)
        self.run_until(9, clock_at, start)
        with clock_at(start + timedelta(days=9, hours=1)):
            assert self.status(account_id) == "on_hold"
            (due,) = queries.paying_of(account_id).due
            till.use(actions.invoice_visit(account_id, due.invoice_id), GOOD)
            till.news()
            assert self.status(account_id) == "active"


def test_a_stolen_card_is_not_tried_again(
    till: Till, plan: Plan, account_id: UUID, clock_at: SetClock
) -> None:
    row = subscribed(till, account_id, plan, STOLEN)
    start = later(row)
    for day in range(27):
        with clock_at(start + timedelta(days=day, minutes=1)):
            renew()
            actions.cases_step()
    assert statuses(owed(row)) == ["failed"]
    assert DunningCase.objects.get().held_at is not None


def test_without_a_card_there_is_nothing_to_charge(
    till: Till, plan: Plan, account_id: UUID, clock_at: SetClock
) -> None:
    row = subscribed(till, account_id, plan)
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


def test_the_card_that_was_chosen_is_charged(till: Till, plan: Plan, account_id: UUID) -> None:
    subscribed(till, account_id, plan)
    till.use(actions.method_visit(account_id), "5555555555554444")
    actions.visits_look(account_id)
    new, old = queries.paying_of(account_id).methods
    assert (new.last4, new.is_charged, old.is_charged) == ("4444", True, False)
    actions.method_choose(account_id, old.id)
    assert [one.last4 for one in queries.paying_of(account_id).methods] == ["4242", "4444"]
    with pytest.raises(NotFound):
        actions.method_choose(ids.uuid7(), old.id)


def test_nobody_pays_for_others(till: Till, plan: Plan, account_id: UUID) -> None:
    invoice = order(account_id, plan)
    with pytest.raises(NotFound):
        actions.invoice_visit(ids.uuid7(), invoice.pk)
    subscribed(till, account_id, plan)
    with pytest.raises(NotFound):
        actions.method_remove(ids.uuid7(), PaymentMethod.objects.get().pk)
    with pytest.raises(Conflict, match="Nothing is to be paid"):
        actions.invoice_visit(account_id, Invoice.objects.get(status="paid").pk)


def give_back(payment: Payment, amount_minor: int) -> Refund:
    """Refund as the staff would."""
    wish = actions.RefundWish(payment.pk, amount_minor, "Sorry", ids.uuid7())
    return actions.payment_refund(wish)


def test_money_goes_back_with_a_credit_note(till: Till, plan: Plan, account_id: UUID) -> None:
    row = subscribed(till, account_id, plan)
    payment = Payment.objects.get()
    assert give_back(payment, 400).status == "succeeded"
    assert till.taken() == gateway_account() == PRICE - 400
    assert owed(row).credit_notes.get().total_minor == 400
    with pytest.raises(Conflict, match=r"At most 5\.99 EUR"):
        give_back(payment, 600)
    give_back(payment, 599)
    assert till.taken() == gateway_account() == 0
    with pytest.raises(NotFound):
        give_back(Payment(pk=ids.uuid7()), 1)


@pytest.mark.parametrize("fault", ["lost_before", "lost_after"])
def test_a_refund_whose_answer_is_lost_is_given_once(
    till: Till, plan: Plan, account_id: UUID, fault: str
) -> None:
    subscribed(till, account_id, plan)
    till.faults(**{fault: 1.0})
    assert give_back(Payment.objects.get(), 400).status == "processing"
    assert gateway_account() == PRICE
    till.faults()
    assert actions.refunds_ask_again() == 1
    assert Refund.objects.get().status == "succeeded"
    assert actions.refunds_ask_again() == 0
    assert till.taken() == gateway_account() == PRICE - 400


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_a_dispute_takes_the_money_until_it_is_decided(
    till: Till, plan: Plan, account_id: UUID, outcome: str
) -> None:
    subscribed(till, account_id, plan)
    payment = Payment.objects.get()
    dispute = till.gateway.control("POST", "disputes", {"charge_ref": payment.charge_ref})
    till.news()
    assert payment.disputes.get().status == "open"
    assert gateway_account("disputed") == PRICE
    with pytest.raises(Conflict, match="succeeded"):
        give_back(payment, 1)
    till.gateway.control("POST", f"disputes/{dispute['ref']}/{outcome}")
    till.news()
    assert payment.disputes.get().status == outcome
    assert gateway_account("disputed") == 0
    assert gateway_account("losses") == (PRICE if outcome == "lost" else 0)
    assert till.taken() == (PRICE if outcome == "won" else 0)
