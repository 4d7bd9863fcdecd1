"""The adapter of Stripe (docs.stripe.com/api), by its own SDK.

People type their cards into Stripe Checkout, where Stripe asks for strong customer
authentication; charges are PaymentIntents, confirmed while their customer is away.
Stripe forgets idempotency keys after a day, so whoever asks again later is answered
from the customer's PaymentIntents, which carry the key in their metadata.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

import stripe

from matinee.billing.gateways import stripe_objects as objects
from matinee.billing.gateways.gateway import (
    BadNewsError,
    Charge,
    ChargeOrder,
    Checkout,
    CheckoutOrder,
    Dispute,
    GatewayError,
    Method,
    News,
    Refund,
    RefundOrder,
    RefusedError,
    UnsureError,
)

T = TypeVar("T")

AT_ONCE = 8
_LOOKED_BACK = 100
_EVENTS_MAX = 10_000
_RETRIES = 2
_WHOLE = ["payment_intent", "payment_intent.payment_method", "setup_intent.payment_method"]


class StripeGateway:
    """Asks Stripe; `base` is the address of a twin, for tests."""

    name = "stripe"

    def __init__(
        self,
        api_key: str,
        webhook_secret: str,
        *,
        base: str = "",
        http_client: stripe.HTTPClient | None = None,
    ) -> None:
        self._secret = webhook_secret
        addresses: Any = {"api": base} if base else None
        self._api = stripe.StripeClient(
            api_key,
            base_addresses=addresses,
            http_client=http_client,
            max_network_retries=_RETRIES,
        ).v1

    def customer_make(self, account_id: UUID) -> str:
        """See `Gateway`."""
        made = _asked(
            lambda: self._api.customers.create(
                {"metadata": {"account_id": str(account_id)}},
                {"idempotency_key": f"customer:{account_id}"},
            )
        )
        return str(made.id)

    def checkout_open(self, order: CheckoutOrder) -> Checkout:
        """See `Gateway`."""
        wish: Any = {
            "customer": order.customer_ref,
            "mode": "setup" if order.amount is None else "payment",
            "payment_method_types": ["card"],
            "success_url": order.return_url,
            "cancel_url": order.return_url,
            "metadata": {"key": order.key},
        }
        if order.amount is not None:
            wish |= _priced(order.amount, order.key)
        made = _asked(
            lambda: self._api.checkout.sessions.create(wish, {"idempotency_key": order.key})
        )
        return self.checkout_find(made.id)

    def checkout_find(self, ref: str) -> Checkout:
        """See `Gateway`."""
        found = _asked(lambda: self._api.checkout.sessions.retrieve(ref, {"expand": _WHOLE}))
        return objects.checkout(found)

    def checkout_close(self, ref: str) -> Checkout:
        """See `Gateway`."""
        before = self.checkout_find(ref)
        if before.status != "open":
            return before
        with suppress(RefusedError):  # somebody paid just now
            _asked(lambda: self._api.checkout.sessions.expire(ref))
        return self.checkout_find(ref)

    def charges_make(self, orders: Sequence[ChargeOrder]) -> list[Charge | GatewayError]:
        """See `Gateway`."""
        return _each(self._charge, orders)

    def charges_find(self, refs: Sequence[str]) -> list[Charge | GatewayError]:
        """See `Gateway`."""
        return _each(
            lambda ref: objects.charge(_asked(lambda: self._api.payment_intents.retrieve(ref))),
            refs,
        )

    def refund_make(self, order: RefundOrder) -> Refund:
        """See `Gateway`."""
        if order.is_asked_again:
            made = _asked(
                lambda: self._api.refunds.list(
                    {"payment_intent": order.charge_ref, "limit": _LOOKED_BACK}
                )
            )
            for one in made.data:
                if objects.key_of(objects.plain(one)) == order.key:
                    return objects.refund(one)
        wish: Any = {
            "payment_intent": order.charge_ref,
            "amount": objects.amount(order.amount),
            "metadata": {"key": order.key},
        }
        return objects.refund(
            _asked(lambda: self._api.refunds.create(wish, {"idempotency_key": order.key}))
        )

    def refund_find(self, ref: str) -> Refund:
        """See `Gateway`."""
        return objects.refund(_asked(lambda: self._api.refunds.retrieve(ref)))

    def dispute_find(self, ref: str) -> Dispute:
        """See `Gateway`."""
        return objects.dispute(_asked(lambda: self._api.disputes.retrieve(ref)))

    def methods_of(self, customer_ref: str) -> list[Method]:
        """See `Gateway`."""
        found = _asked(
            lambda: self._api.payment_methods.list({"customer": customer_ref, "type": "card"})
        )
        return [objects.method(one) for one in found.data]

    def method_remove(self, ref: str) -> None:
        """See `Gateway`."""
        with suppress(RefusedError):  # it is detached already
            _asked(lambda: self._api.payment_methods.detach(ref))

    def news_in(self, body: bytes, headers: Mapping[str, str]) -> list[News]:
        """See `Gateway`."""
        try:
            event = stripe.Webhook.construct_event(
                body, headers.get("stripe-signature", ""), self._secret
            )
            return [_news(event)]
        except (stripe.SignatureVerificationError, ValueError, KeyError, AttributeError) as error:
            raise BadNewsError(f"Stripe did not sign this: {error}") from error

    def news_after(self, last: str | None, most: int) -> list[News]:
        """See `Gateway`. Stripe keeps its events for 30 days."""
        since: Any = {"limit": _LOOKED_BACK}
        if last is not None:
            seen = _asked(lambda: self._api.events.retrieve(last))
            since["created"] = {"gte": seen.created}
        pages = _asked(lambda: self._api.events.list(since))
        found = _asked(lambda: list(islice(pages.auto_paging_iter(), _EVENTS_MAX)))
        found.reverse()
        oldest_first = sorted(found, key=lambda event: event.created)
        # Those of the same second come again: nothing says which of them came first.
        return [_news(event) for event in oldest_first if event.id != last][:most]

    def _charge(self, order: ChargeOrder) -> Charge:
        if order.is_asked_again:
            made = self._made_for(order)
            if made is not None:
                return made
        wish: Any = {
            "customer": order.customer_ref,
            "payment_method": order.method_ref,
            "amount": objects.amount(order.amount),
            "currency": order.amount.currency.lower(),
            "confirm": True,
            "off_session": True,
            "metadata": {"key": order.key},
        }
        try:
            intent = _asked(
                lambda: self._api.payment_intents.create(wish, {"idempotency_key": order.key}),
                stripe.CardError,
            )
        except stripe.CardError as error:
            declined = self._made_for(order)
            if declined is None:
                raise UnsureError("Stripe declined, and has no record of it.") from error
            return declined
        if intent.status == "requires_action":
            # Nobody is there to confirm; it must not come true behind our back later on.
            _asked(lambda: self._api.payment_intents.cancel(intent.id))
        return objects.charge(intent)

    def _made_for(self, order: ChargeOrder) -> Charge | None:
        """The charge that an earlier request with the same key led to."""
        mine: Any = {"customer": order.customer_ref, "limit": _LOOKED_BACK}
        intents = _asked(lambda: self._api.payment_intents.list(mine)).data
        found = (charge for charge in map(objects.charge, intents) if charge.key == order.key)
        return next(found, None)


def _asked(ask: Callable[[], T], *passed_on: type[stripe.StripeError]) -> T:
    """What Stripe answers, its errors as ours; those of `passed_on` stay what they are."""
    try:
        return ask()
    except passed_on:
        raise
    except (
        stripe.APIConnectionError,
        stripe.APIError,
        stripe.RateLimitError,
        stripe.AuthenticationError,
        stripe.PermissionError,
        # Another request with the same key is being answered just now.
        stripe.IdempotencyError,
    ) as error:
        # With a wrong API key nothing is decided either: the operator mends it, and it goes on.
        raise UnsureError(f"Stripe did not do it now: {error}") from error
    except stripe.StripeError as error:
        raise RefusedError(f"Stripe refused: {error}") from error


def _each(one: Callable[[Any], Charge], of: Sequence[Any]) -> list[Charge | GatewayError]:
    """The answers for several, some at a time: Stripe has no request for many."""

    def answer(wish: Any) -> Charge | GatewayError:
        try:
            return one(wish)
        except GatewayError as error:
            return error

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(answer, of))


def _priced(amount: Any, key: str) -> dict[str, Any]:
    price = {
        "currency": amount.currency.lower(),
        "unit_amount": objects.amount(amount),
        "product_data": {"name": "Streaming"},
    }
    intent = {"setup_future_usage": "off_session", "metadata": {"key": key}}
    return {
        "line_items": [{"price_data": price, "quantity": 1}],
        "payment_intent_data": intent,
    }


def _news(event: Any) -> News:
    subject = objects.subject(event.type)
    ref = str(event.data.object.id) if subject is not None else ""
    return News(id=event.id, subject=subject, ref=ref)
