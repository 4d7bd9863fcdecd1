"""Pages of the gateway's: left open, lost, refused, away; and what there is on return."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from matinee.billing import actions, queries, tasks
from matinee.billing.actions import paying, visiting
from matinee.billing.gateways.gateway import UnsureError
from matinee.billing.models import Payment, Plan
from matinee.kernel import clock, ids, settings
from matinee.kernel.problems import Unavailable
from tests.billing.at_the_gateway import (
    GOOD,
    POOR,
    Till,
    later,
    order,
    owed,
    renew,
    statuses,
    subscribed,
)
from tests.billing.money import SetClock

pytestmark = pytest.mark.django_db(databases=["billing"])


@pytest.fixture
def moved_to(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Have people come back to another address, as the operator would by the environment."""

    def move(url: str) -> None:
        monkeypatch.setenv("MATINEE_URL", url)
        settings.get.cache_clear()

    yield move
    monkeypatch.undo()
    settings.get.cache_clear()


def test_a_page_left_open_gives_way_to_collecting(
    till: Till, premium: Plan, account_id: UUID, clock_at: SetClock
) -> None:
    row = subscribed(till, account_id, premium, POOR)
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


def test_a_page_whose_address_was_lost_is_closed_too(
    till: Till, premium: Plan, account_id: UUID, clock_at: SetClock
) -> None:
    invoice = order(account_id, premium)
    actions.invoice_visit(account_id, invoice.pk)
    Payment.objects.update(checkout_ref="")
    with clock_at(clock.now() + timedelta(hours=2)):
        # Nobody has charged it, so nobody asks again, which would keep the page open for ever.
        assert actions.payments_ask_again() == 0
        till.faults(lost_before=1.0)
        tasks.payments.tidy_payments()
        till.faults()
        assert actions.visits_end() == 1
    assert statuses(invoice) == ["closed"]


def test_a_page_that_the_gateway_refuses_keeps_no_others_waiting(
    till: Till,
    premium: Plan,
    clock_at: SetClock,
    moved_to: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    orders = [order(ids.uuid7(), premium) for _ in range(3)]
    for invoice in orders:
        actions.invoice_visit(invoice.customer.account_id, invoice.pk)
    lost, unknown, _ = (Payment.objects.filter(invoice=invoice) for invoice in orders)
    # The address of one was lost, and its key stands for a page that led back to elsewhere.
    lost.update(checkout_ref="")
    moved_to("https://films.example")
    unknown.update(checkout_ref="of_another_gateway")
    monkeypatch.setattr(visiting, "AT_ONCE", 2)
    with clock_at(clock.now() + timedelta(hours=2)):
        assert [actions.visits_end() for _ in range(3)] == [2, 1, 0]
        assert [statuses(one) for one in orders] == [["closed"], ["started"], ["closed"]]
        assert till.taken() == 0


def test_no_money_is_taken_while_the_gateway_is_away(
    till: Till, premium: Plan, account_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice = order(account_id, premium)

    def away(*_: object) -> None:
        raise UnsureError("It does not answer.")

    for name in ("customer_make", "checkout_open", "checkout_find"):
        monkeypatch.setattr(till.gateway, name, away)
    with pytest.raises(Unavailable, match="Nothing was charged"):
        actions.invoice_visit(account_id, invoice.pk)
    with pytest.raises(Unavailable):
        actions.method_visit(account_id)


def test_a_card_is_there_on_return_though_the_charge_was_told_of_before(
    till: Till, premium: Plan, account_id: UUID
) -> None:
    invoice = order(account_id, premium)
    till.use(actions.invoice_visit(account_id, invoice.pk), GOOD)
    paid = till.gateway.checkout_find(Payment.objects.get().checkout_ref).charge
    assert paid is not None
    paying.charges_note([paid])
    assert statuses(invoice) == ["succeeded"]
    actions.visits_look(account_id)
    assert [one.last4 for one in queries.paying_of(account_id).methods] == ["4242"]
