"""What every payment gateway must do: a test class that each adapter's tests inherit.

An adapter gives a `counter`: the gateway, and somebody who plays the people and the
bank. Where a twin of a gateway cannot do something, its class says so by name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest

from matinee.billing.gateways.gateway import (
    BadNewsError,
    Charge,
    ChargeOrder,
    Checkout,
    CheckoutOrder,
    Gateway,
    News,
    RefundOrder,
    RefusedError,
)
from matinee.kernel import ids
from matinee.kernel.money import Money

PRICE = Money(999, "EUR")
BACK = "http://127.0.0.1:8480/account"


@dataclass
class Counter:
    """A gateway, and what people and banks do at it."""

    gateway: Gateway
    save: Callable[[str, str], str]
    """Save a card for a customer: `pays`, `declined` or `poor` later; its reference."""
    pay: Callable[[Checkout], None]
    """Use a good card on a checkout's page."""
    dispute: Callable[[str], str]
    """Let the holder's bank take a charge back; the dispute's reference."""
    decide: Callable[[str, str], None]
    """End a dispute: `won` or `lost`."""
    news: Callable[[str], tuple[bytes, dict[str, str]]]
    """A genuine request with news of a charge."""


class GatewayContract:
    """The contract; `counter` is the subclass's fixture."""

    @pytest.fixture
    def counter(self) -> Counter:
        raise NotImplementedError

    def order(self, counter: Counter, card: str = "pays") -> ChargeOrder:
        """An order to charge a new customer's card."""
        customer = counter.gateway.customer_make(ids.uuid7())
        method = counter.save(customer, card)
        return ChargeOrder(f"invoice:{ids.uuid7()}:1", customer, method, PRICE)

    def charged(self, counter: Counter, order: ChargeOrder) -> Charge:
        """The charge that an order leads to, once it is decided."""
        (charge,) = counter.gateway.charges_make([order])
        assert isinstance(charge, Charge), charge
        return charge

    def test_an_account_is_one_customer(self, counter: Counter) -> None:
        one, other = ids.uuid7(), UUID(int=ids.uuid7().int ^ 1)
        ref = counter.gateway.customer_make(one)
        assert counter.gateway.customer_make(one) == ref
        assert counter.gateway.customer_make(other) != ref

    def test_a_saved_card_is_charged(self, counter: Counter) -> None:
        order = self.order(counter)
        charge = self.charged(counter, order)
        assert (charge.status, charge.amount, charge.decline) == ("succeeded", PRICE, None)
        assert charge.key == order.key
        assert counter.gateway.charges_find([charge.ref]) == [charge]

    def test_a_key_takes_money_once(self, counter: Counter) -> None:
        order = self.order(counter)
        first = self.charged(counter, order)
        assert self.charged(counter, order) == first

    @pytest.mark.parametrize("card", ["declined", "poor"])
    def test_a_decline_is_a_charge_that_failed(self, counter: Counter, card: str) -> None:
        charge = self.charged(counter, self.order(counter, card))
        assert charge.status == "failed"
        assert charge.decline is not None
        assert charge.decline in {"declined", "insufficient_funds", "card_not_accepted"}

    def test_orders_are_answered_one_by_one(self, counter: Counter) -> None:
        good, bad = self.order(counter), self.order(counter, "declined")
        stranger = ChargeOrder("invoice:x:1", good.customer_ref, "pm_nobody", PRICE)
        one, two, three = counter.gateway.charges_make([good, bad, stranger])
        assert isinstance(one, Charge)
        assert isinstance(two, Charge)
        assert (one.status, two.status) == ("succeeded", "failed")
        assert isinstance(three, RefusedError)
        assert counter.gateway.charges_make([]) == []

    def test_yen_and_dinars_keep_their_minor_units(self, counter: Counter) -> None:
        for amount in (Money(980, "JPY"), Money(3250, "KWD")):
            order = self.order(counter)
            charge = self.charged(
                counter, ChargeOrder(order.key, order.customer_ref, order.method_ref, amount)
            )
            assert charge.amount == amount

    def test_saved_cards_are_listed_and_removed(self, counter: Counter) -> None:
        order = self.order(counter)
        (method,) = counter.gateway.methods_of(order.customer_ref)
        assert (method.ref, method.customer_ref) == (order.method_ref, order.customer_ref)
        assert method.last4.isdecimal()
        counter.gateway.method_remove(method.ref)
        counter.gateway.method_remove(method.ref)
        assert counter.gateway.methods_of(order.customer_ref) == []

    def test_money_goes_back_in_parts(self, counter: Counter) -> None:
        charge = self.charged(counter, self.order(counter))
        first = RefundOrder("refund:1", charge.ref, Money(400, "EUR"))
        refund = counter.gateway.refund_make(first)
        assert (refund.status, refund.amount, refund.charge_ref) == (
            "succeeded",
            Money(400, "EUR"),
            charge.ref,
        )
        assert counter.gateway.refund_make(first) == refund
        assert counter.gateway.refund_find(refund.ref) == refund
        rest = counter.gateway.refund_make(RefundOrder("refund:2", charge.ref, Money(599, "EUR")))
        assert rest.status == "succeeded"
        assert rest.ref != refund.ref

    def test_no_more_goes_back_than_came(self, counter: Counter) -> None:
        charge = self.charged(counter, self.order(counter))
        counter.gateway.refund_make(RefundOrder("refund:1", charge.ref, Money(400, "EUR")))
        with pytest.raises(RefusedError):
            counter.gateway.refund_make(RefundOrder("refund:2", charge.ref, Money(600, "EUR")))

    def test_what_failed_is_not_given_back(self, counter: Counter) -> None:
        charge = self.charged(counter, self.order(counter, "declined"))
        with pytest.raises(RefusedError):
            counter.gateway.refund_make(RefundOrder("refund:1", charge.ref, PRICE))

    def checkout(self, counter: Counter, amount: Money | None) -> Checkout:
        """A page for a new customer."""
        customer = counter.gateway.customer_make(ids.uuid7())
        order = CheckoutOrder(f"invoice:{ids.uuid7()}:1", customer, amount, "EUR", BACK)
        checkout = counter.gateway.checkout_open(order)
        assert (checkout.status, checkout.charge, checkout.method) == ("open", None, None)
        assert counter.gateway.checkout_open(order) == checkout
        return checkout

    def test_paying_on_the_page_charges_and_saves_the_card(self, counter: Counter) -> None:
        checkout = self.checkout(counter, PRICE)
        counter.pay(checkout)
        after = counter.gateway.checkout_find(checkout.ref)
        assert after.status == "complete"
        assert after.charge is not None
        assert (after.charge.status, after.charge.amount) == ("succeeded", PRICE)
        assert after.charge.key == checkout.key
        assert after.method is not None
        assert after.method in counter.gateway.methods_of(after.method.customer_ref)
        assert counter.gateway.checkout_close(checkout.ref) == after

    def test_a_card_is_saved_without_paying(self, counter: Counter) -> None:
        checkout = self.checkout(counter, None)
        counter.pay(checkout)
        after = counter.gateway.checkout_find(checkout.ref)
        assert (after.status, after.charge) == ("complete", None)
        assert after.method is not None

    def test_nobody_pays_on_a_page_that_was_closed(self, counter: Counter) -> None:
        checkout = self.checkout(counter, PRICE)
        assert counter.gateway.checkout_close(checkout.ref).status == "closed"
        counter.pay(checkout)
        after = counter.gateway.checkout_find(checkout.ref)
        assert (after.status, after.charge) == ("closed", None)

    def test_a_dispute_is_opened_and_decided(self, counter: Counter) -> None:
        charge = self.charged(counter, self.order(counter))
        ref = counter.dispute(charge.ref)
        dispute = counter.gateway.dispute_find(ref)
        assert (dispute.charge_ref, dispute.amount, dispute.status) == (charge.ref, PRICE, "open")
        counter.decide(ref, "won")
        assert counter.gateway.dispute_find(ref).status == "won"

    def test_news_is_believed_only_when_it_is_signed(self, counter: Counter) -> None:
        charge = self.charged(counter, self.order(counter))
        body, headers = counter.news(charge.ref)
        told = counter.gateway.news_in(body, headers)
        assert charge.ref in {item.ref for item in told if item.subject == "charge"}
        for forged in (
            (body.replace(b":", b": ", 1), headers),
            (body, {}),
            (b"", headers),
            (body, {name: value[:-4] + "AAA=" for name, value in headers.items()}),
        ):
            with pytest.raises(BadNewsError):
                counter.gateway.news_in(*forged)

    def test_news_that_never_arrived_can_be_asked_for(self, counter: Counter) -> None:
        first = self.charged(counter, self.order(counter))
        before = counter.gateway.news_after(None, 100)
        assert first.ref in {item.ref for item in before}
        second = self.charged(counter, self.order(counter))
        after = counter.gateway.news_after(before[-1].id, 100)
        assert second.ref in {item.ref for item in after}
        assert all(isinstance(item, News) for item in after)
        assert len(counter.gateway.news_after(None, 1)) == 1
