"""News of a gateway and what they change stand together, or not at all."""

import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from matinee.billing import actions
from matinee.billing.actions import hearing
from matinee.billing.gateways.gateway import News
from matinee.billing.models import GatewayNews, Payment, Plan
from matinee.kernel import ids
from tests.billing.at_the_gateway import GOOD, PRICE, Till, held_by, order
from tests.patience import PATIENCE_S


class DiedError(Exception):
    """The worker was killed."""


def paid(till: Till, account_id: UUID, plan: Plan) -> list[dict[str, str]]:
    """Somebody pays; what the gateway is going to tell of it."""
    invoice = order(account_id, plan)
    till.use(actions.invoice_visit(account_id, invoice.pk), GOOD)
    rows = till.bank.store.rows("SELECT number, subject, ref FROM news ORDER BY number")
    return [{"id": str(number), "subject": of, "ref": ref} for number, of, ref in rows]


def dying_after(effect: Callable[[Any], None]) -> Callable[[Any], None]:
    """All of it is done, and then the worker dies before the transaction ends."""

    def dies(found: Any) -> None:
        effect(found)
        raise DiedError

    return dies


@pytest.mark.django_db(databases=["billing"])
def test_a_worker_that_dies_has_heard_nothing(
    till: Till, premium: Plan, account_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = paid(till, account_id, premium)
    with monkeypatch.context() as while_it_dies:
        for name in ("charges_note", "checkout_note"):
            while_it_dies.setattr(hearing, name, dying_after(getattr(hearing, name)))
        for item in told:
            with pytest.raises(DiedError):
                till.tell([item])
    assert (GatewayNews.objects.count(), held_by()) == (0, 0)
    assert set(Payment.objects.values_list("status", flat=True)) == {"started"}
    till.tell(told)
    assert GatewayNews.objects.count() == len(told)
    assert till.taken() == held_by() == PRICE


@pytest.mark.django_db(databases=["billing"])
def test_what_is_settled_is_not_asked_about_again(
    till: Till, premium: Plan, account_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    till.tell(paid(till, account_id, premium))
    wish = actions.RefundWish(Payment.objects.get().pk, 400, "Sorry", ids.uuid7())
    assert actions.payment_refund(wish).status == "succeeded"
    noted = GatewayNews.objects.count()
    rows = till.bank.store.rows("SELECT subject, ref FROM news WHERE subject <> 'checkout'")
    assert {subject for subject, _ in rows} == {"charge", "refund"}
    told = [{"id": f"again {ref}", "subject": subject, "ref": ref} for subject, ref in rows]
    with monkeypatch.context() as while_it_is_away:
        while_it_is_away.setattr(till.gateway, "_ask", None)
        till.tell(told)
    assert GatewayNews.objects.count() == noted
    assert till.taken() == held_by() == PRICE - 400


@pytest.fixture
def open_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database itself, which threads share; what was heard is removed by hand."""
    del django_db_setup  # only asked to be first
    with django_db_blocker.unblock():
        yield
        GatewayNews.objects.all().delete()
        connections["billing"].close()


@pytest.mark.usefixtures("till", "open_database")
def test_of_two_who_hear_the_same_at_once_one_acts() -> None:
    news = [News("1", "checkout", "page"), News("2", "checkout", "page")]
    effects: list[int] = []
    first_is_in, may_end = threading.Event(), threading.Event()

    def slowly() -> None:
        effects.append(1)
        first_is_in.set()
        assert may_end.wait(PATIENCE_S)

    def take(items: list[News], effect: Callable[[], None]) -> None:
        hearing._take(items, effect)
        connections["billing"].close()

    first = threading.Thread(target=take, args=(news, slowly))
    second = threading.Thread(target=take, args=(news[::-1], lambda: effects.append(2)))
    first.start()
    assert first_is_in.wait(PATIENCE_S)
    second.start()
    second.join(0.3)
    assert effects == [1], "the second waits until it is known whether the first stands"
    may_end.set()
    for thread in (first, second):
        thread.join(PATIENCE_S)
        assert not thread.is_alive()
    assert effects == [1]
