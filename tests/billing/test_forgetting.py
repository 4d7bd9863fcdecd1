"""An erased customer's card is forgotten at the gateway, and keeps nobody else waiting."""

from datetime import timedelta
from uuid import UUID

import pytest

from matinee.billing import actions
from matinee.billing.actions.erasing import cards_forget, customer_forget
from matinee.billing.models import PaymentMethod, Plan
from matinee.billing.tasks.payments import tidy_payments
from tests.billing.at_the_gateway import (
    PRICE,
    Till,
    held_by,
    later,
    owed,
    renew,
    statuses,
    subscribed,
)
from tests.billing.money import SetClock

pytestmark = pytest.mark.django_db(databases=["billing"])


def test_the_card_of_an_erased_customer_is_forgotten(
    till: Till, premium: Plan, account_id: UUID
) -> None:
    subscribed(till, account_id, premium)
    (card,) = PaymentMethod.objects.all()
    customer_forget(account_id)
    assert cards_forget() == 1
    assert not PaymentMethod.objects.exists()
    assert till.bank.found(card.ref, "method")["is_removed"]


@pytest.mark.parametrize("fault", ["lost_before", "lost_after"])
def test_a_card_whose_charge_was_not_answered_stays_until_it_is(
    till: Till, premium: Plan, account_id: UUID, clock_at: SetClock, fault: str
) -> None:
    row = subscribed(till, account_id, premium)
    end = later(row, minutes=1)
    with clock_at(end):
        till.faults(**{fault: 1.0})
        renew()
        customer_forget(account_id)
        till.faults()
        assert cards_forget() == 0
    with clock_at(end + timedelta(hours=2)):
        assert actions.visits_end() == cards_forget() == 0
        assert statuses(owed(row)) == ["started"]
        assert actions.payments_ask_again() == 1
        assert statuses(owed(row)) == ["succeeded"]
        assert till.taken() == held_by() == 2 * PRICE
        tidy_payments()
        assert not PaymentMethod.objects.exists()
