"""Changing, crediting, refunding, pausing: what invoices, the ledger and entitlements say."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from matinee.billing import actions, queries
from matinee.billing.actions import CouponDraft, CustomerFacts, PriceDraft
from matinee.billing.models import (
    CreditNote,
    Customer,
    Invoice,
    LedgerTransfer,
    Notice,
    Outbox,
    TaxRate,
)
from matinee.billing.rules.ledger import DisputeStep
from matinee.kernel import clock, ids
from matinee.kernel.databases import transaction_of
from matinee.kernel.money import Money
from matinee.kernel.problems import Conflict, NotFound
from tests.billing.money import (
    FEBRUARY_28,
    MARCH_31,
    START,
    SetClock,
    account,
    credit,
    ends_at,
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


def test_more_is_given_at_once_and_charged_at_the_renewal(
    account_id: UUID, clock_at: SetClock
) -> None:
    small, large = plan("small", 799, streams_at_once=1), plan("large", 1799, streams_at_once=4)
    subscribed(account_id, small)
    assert order(account_id, large).invoice is None
    row = now_of(account_id)
    assert (row.plan.code, row.price.amount_minor) == ("large", 799)
    assert Invoice.objects.count() == 1
    with clock_at(FEBRUARY_28):
        actions.subscriptions_roll()
        assert Invoice.objects.get(status="open").total_minor == 1799
        pay(Invoice.objects.get(status="open"))
        assert order(account_id, small).invoice is None
        told = queries.subscription_of(account_id)
        assert (told.plan.code, told.next_plan) == ("large", "Small")
        assert order(account_id, large).invoice is None
        assert queries.subscription_of(account_id).next_plan is None
        order(account_id, small)
    with clock_at(MARCH_31):
        actions.subscriptions_roll()
        assert now_of(account_id).plan.code == "small"
        assert Invoice.objects.get(status="open").total_minor == 799


@pytest.mark.parametrize(
    ("manner", "credited", "charged"),
    [("second", 400, 800), ("day", 393, 786), ("day30", 393, 786)],
)
def test_a_plan_is_changed_at_once_with_what_is_left(
    account_id: UUID, clock_at: SetClock, manner: str, credited: int, charged: int
) -> None:
    one = plan("one", 1000, upgrades=manner, downgrades=manner)
    two = plan("two", 2000, upgrades=manner, downgrades=manner)
    free = plan("free", 0)
    subscribed(account_id, one)
    # 28 days from 31 January, 20:15; 11.2 of them are left.
    with clock_at(FEBRUARY_28 - timedelta(days=11, hours=4, minutes=48)):
        changed = order(account_id, two)
        assert changed.invoice is not None
        note = CreditNote.objects.get()
        assert (note.number, note.total_minor) == ("CN-00000001", credited)
        invoice = changed.invoice
        assert (invoice.total_minor, invoice.credit_applied_minor) == (charged, credited)
        pay(invoice)
        assert credit(account_id) == 0
        assert now_of(account_id).current_period_end == FEBRUARY_28
        assert order(account_id, free).invoice is None
        assert credit(account_id) == charged
        assert account("receivable") == 0


def test_coupons_take_off_for_their_months(account_id: UUID, clock_at: SetClock) -> None:
    actions.coupon_add(CouponDraft("half", percent=Decimal(50), months=2))
    subscribed(account_id, plan("premium", 1299), coupon="HALF")
    totals = []
    for at in (FEBRUARY_28, MARCH_31):
        with clock_at(at):
            actions.subscriptions_roll()
            renewal = Invoice.objects.get(status="open")
            totals.append(renewal.total_minor)
            pay(renewal)
    assert totals == [650, 1299]
    assert Invoice.objects.order_by("id")[0].total_minor == 650
    actions.subscription_cancel_now(account_id, refund=False)
    with pytest.raises(Conflict, match="not for you"):
        order(account_id, plan("other", 999), coupon="half")
    with pytest.raises(NotFound, match="no such coupon"):
        order(account_id, plan("another", 999), coupon="nonsense")


def test_who_comes_back_is_won_back(account_id: UUID, clock_at: SetClock) -> None:
    wanted = plan("premium", 1299)
    back = CouponDraft(
        "back", amount=Money(1299, "EUR"), months=1, audience="returning", returning_after_days=30
    )
    actions.coupon_add(back)
    with pytest.raises(Conflict):
        order(account_id, wanted, coupon="back")
    subscribed(account_id, wanted)
    actions.subscription_cancel(account_id)
    with clock_at(FEBRUARY_28 + timedelta(days=31)):
        actions.subscriptions_roll()
        made = order(account_id, wanted, coupon="back")
        assert made.invoice is not None
        assert (made.invoice.status, made.invoice.total_minor) == ("paid", 0)
        assert state(account_id) == "active"


def test_gift_cards_pay(account_id: UUID) -> None:
    card, code = actions.gift_card_give(Money(1000, "EUR"))
    assert actions.gift_card_redeem(account_id, code.lower().replace("-", " ")) == Money(
        1000, "EUR"
    )
    with pytest.raises(NotFound, match="used"):
        actions.gift_card_redeem(account_id, code)
    made = order(account_id, plan("premium", 1299))
    assert made.invoice is not None
    assert (made.invoice.due_minor, credit(account_id)) == (299, 0)
    other = order(account_id, plan("cheap", 900))
    assert other.invoice is not None
    assert (other.invoice.status, other.invoice.due_minor) == ("paid", 0)
    assert (state(account_id), credit(account_id)) == ("active", 100)
    assert account("gift_cards") == 0
    assert card.last_letters == code[-4:]


def test_taxes_are_those_of_the_territory() -> None:
    for territory, percent, inclusive in (
        ("FR", 20, True),
        ("CA", 5, False),
        ("CA-QC", 9.975, False),
    ):
        TaxRate.objects.create(
            territory=territory,
            name=territory,
            percent=Decimal(percent),
            inclusive=inclusive,
            valid_from=START - timedelta(days=1),
        )
    wanted = plan("premium", 1299)
    totals = {}
    for territory in ("FR", "CA-QC", "DE"):
        facts = CustomerFacts(territory=territory, time_zone="Europe/Paris")
        made = order(ids.uuid7(), wanted, facts=facts)
        assert made.invoice is not None
        totals[territory] = (made.invoice.total_minor, made.invoice.tax_minor)
        pay(made.invoice)
    assert totals == {"FR": (1299, 217), "CA-QC": (1299 + 65 + 130, 195), "DE": (1299, 0)}
    assert account("tax") == -(217 + 195)


def test_a_refund_is_never_more_than_was_paid(account_id: UUID) -> None:
    subscribed(account_id, plan("premium", 1299))
    invoice = Invoice.objects.get()
    with transaction_of("billing"):
        actions.refund_record(invoice, "re_1", Money(300, "EUR"), clock.now())
        actions.refund_record(invoice, "re_1", Money(300, "EUR"), clock.now())
    assert (account("gateway"), account("revenue"), credit(account_id)) == (999, -999, 0)
    with pytest.raises(Conflict, match=r"only 9\.99 EUR"), transaction_of("billing"):
        actions.refund_record(invoice, "re_2", Money(1000, "EUR"), clock.now())
    actions.subscription_cancel_now(account_id, refund=True)
    left = credit(account_id)
    assert 0 < left <= 999
    with transaction_of("billing"):
        actions.credit_refund(invoice, "re_3", Money(left, "EUR"), clock.now())
    assert (credit(account_id), account("gateway")) == (0, 999 - left)


def test_a_dispute_moves_money_aside_and_back(account_id: UUID) -> None:
    subscribed(account_id, plan("premium", 1299))
    invoice, fee = Invoice.objects.get(), Money(1500, "EUR")
    steps: tuple[tuple[DisputeStep, Money], ...] = (
        ("opened", fee),
        ("lost", Money(0, "EUR")),
        ("lost", fee),
    )
    for step, fees in steps:
        note = actions.DisputeNote("dp_1", Money(1299, "EUR"), fees, step, clock.now())
        with transaction_of("billing"):
            actions.dispute_record(invoice, note)
    assert (account("gateway"), account("losses"), account("fees")) == (-1500, 1299, 1500)


def test_a_pause_moves_the_billing_date(account_id: UUID, clock_at: SetClock) -> None:
    subscribed(account_id, plan("premium", 1299))
    back = datetime(2027, 6, 15, 8, 0, tzinfo=UTC)
    actions.subscription_pause(account_id, back)
    assert ends_at() == FEBRUARY_28
    with clock_at(back - timedelta(days=1)):
        assert actions.subscriptions_roll() == 0
        assert state(account_id) == "paused"
    with clock_at(back + timedelta(minutes=1)):
        actions.subscriptions_roll()
        line = Invoice.objects.get(status="open").lines.get()
        assert (line.period_start, line.amount_minor) == (back, 1299)
        with pytest.raises(Conflict, match="not paused"):
            actions.subscription_resume(account_id)


def test_a_changed_price_waits_for_its_notice(account_id: UUID, clock_at: SetClock) -> None:
    wanted = plan("premium", 1299)
    subscribed(account_id, wanted)
    price = wanted.prices.get()
    with clock_at(FEBRUARY_28 - timedelta(days=10)):
        actions.price_change(price.id, 1499, clock.now())
        assert (actions.price_changes_tell(), actions.price_changes_tell()) == (1, 0)
        assert Notice.objects.get().data["amount_minor"] == 1499
        assert queries.plans_offered()[-1].price.amount_minor == 1499
    totals, told = [], []
    standings = Outbox.objects.filter(type="subscription.changed").order_by("-id")
    for at in (FEBRUARY_28, MARCH_31):
        with clock_at(at):
            actions.subscriptions_roll()
            told.append(standings.values_list("body__terms__amount_minor", flat=True)[0])
            totals.append(Invoice.objects.get(status="open").total_minor)
            pay(Invoice.objects.get(status="open"))
    assert totals == told == [1299, 1499]


def test_further_prices_and_other_currencies(account_id: UUID) -> None:
    wanted = plan("premium", 1299)
    yearly = actions.price_add("premium", PriceDraft(Money(12999, "EUR"), "year"))
    yen = actions.price_add("premium", PriceDraft(Money(1500, "JPY"), "month"))
    with pytest.raises(Conflict, match="Change that one"):
        actions.price_add("premium", PriceDraft(Money(1, "EUR"), "month"))
    row = subscribed(account_id, wanted, price_id=yearly.id)
    assert row.current_period_end == START.replace(year=2028)
    with pytest.raises(Conflict, match="paid in EUR"):
        order(account_id, wanted, price_id=yen.id)


def test_the_ledger_is_for_good(account_id: UUID) -> None:
    subscribed(account_id, plan("premium", 1299))
    rows = LedgerTransfer.objects.all()
    for meddle in (rows.delete, lambda: rows.update(amount_minor=1)):
        with pytest.raises(DatabaseError, match="for good"), transaction.atomic(using="billing"):
            meddle()
    row = rows[0]
    row.pk, row.amount_minor, row.reference = ids.uuid7(), -5, "x"
    with pytest.raises(IntegrityError), transaction.atomic(using="billing"):
        row.save(force_insert=True)


def test_numbers_have_no_gaps(account_id: UUID) -> None:
    wanted = plan("premium", 1299)
    for _ in range(3):
        pay(order(ids.uuid7(), wanted).invoice)
    with transaction_of("billing"):
        pay(order(ids.uuid7(), wanted).invoice)
        transaction.set_rollback(True, using="billing")
    pay(order(account_id, wanted).invoice)
    numbers = sorted(invoice.number or "" for invoice in Invoice.objects.filter(status="paid"))
    assert numbers == [f"INV-{number:08d}" for number in range(1, 5)]
    assert Customer.objects.count() == 4
