"""A payment and what it entitles to become true together, or neither does."""

from collections.abc import Callable
from uuid import UUID

import pytest

from matinee.billing import actions, queries
from matinee.billing.actions import settling, telling
from matinee.billing.models import Invoice, LedgerTransfer, Outbox, Plan
from matinee.kernel import clock
from tests.billing.at_the_gateway import GOOD, PRICE, Till, held_by, order, statuses

pytestmark = [pytest.mark.asvs("V2.3.3"), pytest.mark.django_db(databases=["billing"])]


def broken(*_: object, **__: object) -> None:
    raise OSError("the disk is full")


def break_the_announcement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "announce", broken)


def break_the_course(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "keep_course", broken)


def break_the_books(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "book", broken)


@pytest.mark.parametrize("part", [break_the_announcement, break_the_course, break_the_books])
def test_what_fails_halfway_leaves_nothing_behind(
    part: Callable[[pytest.MonkeyPatch], None], till: Till, premium: Plan, account_id: UUID
) -> None:
    invoice = order(account_id, premium)
    till.use(actions.invoice_visit(account_id, invoice.pk), GOOD)
    booked, before = LedgerTransfer.objects.count(), invoice.status
    with pytest.MonkeyPatch.context() as monkeypatch:
        part(monkeypatch)
        with pytest.raises(OSError, match="disk"):
            till.news()
    assert statuses(invoice) == ["started"]
    assert Invoice.objects.get(pk=invoice.pk).status == before
    assert LedgerTransfer.objects.count() == booked
    assert held_by() == 0
    assert not Outbox.objects.filter(type="entitlement.changed").exists()
    row = queries.newest(account_id)
    assert row is not None
    assert row.activated_at is None
    actions.news_ask()
    actions.visits_look(account_id)
    assert statuses(invoice) == ["succeeded"]
    assert till.taken() == held_by() == PRICE
    assert Outbox.objects.filter(type="entitlement.changed").exists()
    row.refresh_from_db()
    assert queries.subscription_message(row, clock.now()).status == "active"
