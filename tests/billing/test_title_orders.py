"""Titles that are rented or bought alone: what is asked for, granted, dropped."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from matinee.billing import (
    actions,
    events,  # noqa: F401 - registers what it hears
    queries,
)
from matinee.billing.models import (
    Outbox,
)
from matinee.kernel import ids
from matinee.kernel.events.hearing import hear
from matinee.kernel.money import Money
from matinee.kernel.problems import Conflict, NotFound
from tests.billing.money import (
    START,
    SetClock,
    account,
    credit,
    frozen,
    pay,
)
from tests.recommendations.builders import title, title_changed, title_id

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


def test_a_title_is_rented_once(account_id: UUID, clock_at: SetClock) -> None:
    title_id = ids.uuid7()
    price = actions.title_price_set(title_id, Money(399, "EUR"), 48)
    invoice = actions.title_order(account_id, price.id)
    (due,) = queries.paying_of(account_id).due
    assert (due.invoice_id, due.title_id, due.is_order) == (invoice.id, title_id, True)
    assert not Outbox.objects.filter(type="title.granted").exists()
    pay(invoice)
    (told,) = Outbox.objects.filter(type="title.granted").values_list("body", flat=True)
    ends = datetime.fromisoformat(told["ends_at"])
    (own,) = queries.own_titles(account_id)
    assert (own.title_id, own.kind, own.ends_at) == (title_id, "rental", ends)
    assert timedelta(hours=48) <= ends - START < timedelta(hours=49)
    with pytest.raises(Conflict, match="Press play"):
        actions.title_order(account_id, price.id)
    assert actions.grants_announce() is None
    assert Outbox.objects.filter(type="title.granted").count() == 2
    with clock_at(ends + timedelta(minutes=1)):
        assert queries.own_titles(account_id) == []
        assert actions.grants_announce() is None
        assert Outbox.objects.filter(type="title.granted").count() == 2
        assert actions.title_order(account_id, price.id).status == "draft"


def test_what_is_offered_is_told(account_id: UUID) -> None:  # noqa: ARG001 - its customer
    title_id = ids.uuid7()
    told = Outbox.objects.filter(type="title.offered").order_by("pk")
    prices = [actions.title_price_set(title_id, Money(399, "EUR"), hours) for hours in (48, None)]
    for price in prices:
        actions.title_price_withdraw(price.id)
    assert [body["offered"] for body in told.values_list("body", flat=True)] == [True, True, False]
    with pytest.raises(NotFound):
        actions.title_price_withdraw(prices[0].id)
    actions.title_price_set(title_id, Money(299, "EUR"), 48)
    before = told.count()
    assert actions.offers_announce() is None
    (again,) = told.values_list("body", flat=True)[before:]
    assert (again["title_id"], again["offered"]) == (str(title_id), True)


def test_a_title_that_nobody_pays_keeps_no_credit(account_id: UUID, clock_at: SetClock) -> None:
    _, code = actions.gift_card_give(Money(100, "EUR"))
    actions.gift_card_redeem(account_id, code)
    price = actions.title_price_set(ids.uuid7(), Money(399, "EUR"), None)
    first, second = (actions.title_order(account_id, price.id) for _ in range(2))
    first.refresh_from_db()
    assert (first.status, second.due_minor, credit(account_id)) == ("void", 299, 0)
    with clock_at(START + timedelta(days=1, hours=1)):
        assert (actions.stale_title_orders_drop(), actions.stale_title_orders_drop()) == (1, 0)
    assert (credit(account_id), account("receivable")) == (100, 0)
    pay(first, "too late", 299)
    assert (credit(account_id), account("gateway")) == (399, 299)


def named(number: int, name: str, at: datetime) -> None:
    event = title_changed(title(number, name=name), at)
    assert hear("billing", event.type, event.model_dump(mode="json"))


def test_an_invoice_names_the_title_as_it_was_called_last(account_id: UUID) -> None:
    for minutes, name in ((2, "Second"), (3, "Third " + "x" * 294), (1, "First")):
        named(1, name, START + timedelta(minutes=minutes))
    price = actions.title_price_set(title_id(1), Money(399, "EUR"), None)
    (line,) = actions.title_order(account_id, price.id).lines.all()
    assert line.description == ("Purchase: Third " + "x" * 294)[:200]
    # Of what the catalogue never told there is no name.
    price = actions.title_price_set(title_id(2), Money(299, "EUR"), 48)
    (line,) = actions.title_order(account_id, price.id).lines.all()
    assert line.description == "Rental of a title"
