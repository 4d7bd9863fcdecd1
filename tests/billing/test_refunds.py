"""Money that goes back, given or taken: refunds and disputes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from matinee.billing import actions
from matinee.billing.actions.refunding import dispute_note
from matinee.billing.models import (
    Payment,
    Plan,
    Refund,
)
from matinee.kernel import ids
from matinee.kernel.problems import Conflict, NotFound
from tests.billing.at_the_gateway import (
    PRICE,
    Till,
    held_by,
    owed,
    subscribed,
)

pytestmark = pytest.mark.django_db(databases=["billing"])

SetClock = Callable[[datetime], Any]


def give_back(payment: Payment, amount_minor: int) -> Refund:
    """Refund as the staff would."""
    wish = actions.RefundWish(payment.pk, amount_minor, "Sorry", ids.uuid7())
    return actions.payment_refund(wish)


def test_money_goes_back_with_a_credit_note(till: Till, premium: Plan, account_id: UUID) -> None:
    row = subscribed(till, account_id, premium)
    payment = Payment.objects.get()
    assert give_back(payment, 400).status == "succeeded"
    assert till.taken() == held_by() == PRICE - 400
    assert owed(row).credit_notes.get().total_minor == 400
    with pytest.raises(Conflict, match=r"At most 5\.99 EUR"):
        give_back(payment, 600)
    give_back(payment, 599)
    assert till.taken() == held_by() == 0
    with pytest.raises(NotFound):
        give_back(Payment(pk=ids.uuid7()), 1)


@pytest.mark.parametrize("fault", ["lost_before", "lost_after"])
def test_a_refund_whose_answer_is_lost_is_given_once(
    till: Till, premium: Plan, account_id: UUID, fault: str
) -> None:
    subscribed(till, account_id, premium)
    till.faults(**{fault: 1.0})
    assert give_back(Payment.objects.get(), 400).status == "processing"
    assert held_by() == PRICE
    till.faults()
    assert actions.refunds_ask_again() == 1
    assert Refund.objects.get().status == "succeeded"
    assert actions.refunds_ask_again() == 0
    assert till.taken() == held_by() == PRICE - 400


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_a_dispute_takes_the_money_until_it_is_decided(
    till: Till, premium: Plan, account_id: UUID, outcome: str
) -> None:
    subscribed(till, account_id, premium)
    payment = Payment.objects.get()
    dispute = till.gateway.control("POST", "disputes", {"charge_ref": payment.charge_ref})
    till.news()
    assert payment.disputes.get().status == "open"
    assert held_by("disputed") == PRICE
    with pytest.raises(Conflict, match="succeeded"):
        give_back(payment, 1)
    till.gateway.control("POST", f"disputes/{dispute['ref']}/{outcome}")
    till.news()
    assert payment.disputes.get().status == outcome
    assert held_by("disputed") == 0
    assert held_by("losses") == (PRICE if outcome == "lost" else 0)
    assert held_by("fees") == dispute["fee_minor"] > 0, "asked for once, however it ends"
    assert till.taken() == (PRICE if outcome == "won" else 0)


def test_a_fee_may_come_back_with_a_dispute_that_is_won(
    till: Till, premium: Plan, account_id: UUID
) -> None:
    subscribed(till, account_id, premium)
    payment = Payment.objects.get()
    told = till.gateway.control("POST", "disputes", {"charge_ref": payment.charge_ref})
    till.news()
    opened = till.gateway.dispute_find(told["ref"])
    dispute_note(replace(opened, fee=opened.fee - opened.fee, status="won"))
    assert (held_by(), held_by("disputed"), held_by("fees")) == (PRICE, 0, 0)
