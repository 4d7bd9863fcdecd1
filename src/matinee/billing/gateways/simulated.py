"""The adapter of the simulator, which moves no money (`matinee.billing.simulator`)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import httpx

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
    Subject,
    UnsureError,
)
from matinee.kernel import clock
from matinee.kernel.money import Money
from matinee.kernel.webhooks import signatures

_SUBJECTS: dict[str, Subject] = {
    "charge": "charge",
    "checkout": "checkout",
    "refund": "refund",
    "dispute": "dispute",
}
_TIMEOUT = httpx.Timeout(30.0, connect=2.0)


class SimulatedGateway:
    """Asks the simulator over HTTP, as any gateway is asked."""

    name = "simulator"

    def __init__(
        self, transport: httpx.BaseTransport, *, key: str, webhook_secret: str, pages: str
    ) -> None:
        """`pages` is the address below which people reach the simulator's own pages."""
        headers = {"Authorization": f"Bearer {key}"}
        self._http = httpx.Client(
            base_url="http://simulator/simulator",
            transport=transport,
            headers=headers,
            timeout=_TIMEOUT,
        )
        self._secret = webhook_secret
        self._pages = pages

    def customer_make(self, account_id: UUID) -> str:
        """See `Gateway`."""
        return str(self._ask("POST", "/v1/customers", {"account_id": str(account_id)})["ref"])

    def checkout_open(self, order: CheckoutOrder) -> Checkout:
        """See `Gateway`."""
        wish = {
            "key": order.key,
            "customer_ref": order.customer_ref,
            "amount_minor": None if order.amount is None else order.amount.amount_minor,
            "currency": order.currency,
            "return_url": order.return_url,
        }
        return self._checkout(self._ask("POST", "/v1/checkouts", wish))

    def checkout_find(self, ref: str) -> Checkout:
        """See `Gateway`."""
        return self._checkout(self._ask("GET", f"/v1/checkouts/{ref}"))

    def checkout_close(self, ref: str) -> Checkout:
        """See `Gateway`."""
        return self._checkout(self._ask("POST", f"/v1/checkouts/{ref}/close"))

    def charges_make(self, orders: Sequence[ChargeOrder]) -> list[Charge | GatewayError]:
        """See `Gateway`."""
        wishes = [
            {
                "key": order.key,
                "customer_ref": order.customer_ref,
                "method_ref": order.method_ref,
                "amount_minor": order.amount.amount_minor,
                "currency": order.amount.currency,
            }
            for order in orders
        ]
        return self._charges("/v1/charges", {"orders": wishes}, len(wishes))

    def charges_find(self, refs: Sequence[str]) -> list[Charge | GatewayError]:
        """See `Gateway`."""
        return self._charges("/v1/charges/find", {"refs": list(refs)}, len(refs))

    def refund_make(self, order: RefundOrder) -> Refund:
        """See `Gateway`."""
        wish = {
            "key": order.key,
            "charge_ref": order.charge_ref,
            "amount_minor": order.amount.amount_minor,
            "currency": order.amount.currency,
        }
        return _refund(self._ask("POST", "/v1/refunds", wish))

    def refund_find(self, ref: str) -> Refund:
        """See `Gateway`."""
        return _refund(self._ask("GET", f"/v1/refunds/{ref}"))

    def dispute_find(self, ref: str) -> Dispute:
        """See `Gateway`."""
        told = self._ask("GET", f"/v1/disputes/{ref}")
        return Dispute(
            ref=told["ref"],
            charge_ref=told["charge_ref"],
            amount=_money(told),
            fee=Money(told["fee_minor"], told["currency"]),
            status=told["status"],
        )

    def methods_of(self, customer_ref: str) -> list[Method]:
        """See `Gateway`."""
        return [_method(one) for one in self._ask("GET", f"/v1/customers/{customer_ref}/methods")]

    def method_remove(self, ref: str) -> None:
        """See `Gateway`."""
        self._ask("DELETE", f"/v1/methods/{ref}")

    def news_in(self, body: bytes, headers: Mapping[str, str]) -> list[News]:
        """See `Gateway`."""
        try:
            signatures.check(self._secret, headers, clock.unix_s(), body)
            return [_news(item) for item in json.loads(body)["news"]]
        except (ValueError, KeyError, TypeError) as error:
            raise BadNewsError(str(error)) from error

    def news_after(self, last: str | None, most: int) -> list[News]:
        """See `Gateway`."""
        found = self._ask("GET", f"/v1/news?after={last or 0}&most={most}")
        return [_news(item) for item in found]

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Turn the simulator's clock, faults and disputes; for tests and rehearsals."""
        return self._ask(method, f"/control/{path}", body)

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def _checkout(self, told: dict[str, Any]) -> Checkout:
        return Checkout(
            ref=told["ref"],
            key=told["key"],
            status=told["status"],
            url=f"{self._pages}/simulator/checkout/{told['ref']}",
            charge=None if told["charge"] is None else _charge(told["charge"]),
            method=None if told["method"] is None else _method(told["method"]),
        )

    def _charges(self, path: str, body: Any, count: int) -> list[Charge | GatewayError]:
        try:
            return [_charge_or_error(one) for one in self._ask("POST", path, body)]
        except GatewayError as error:
            return [error] * count

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        try:
            answer = self._http.request(method, path, json=body)
        except httpx.ConnectError as error:
            raise UnsureError("The payment simulator does not answer. Is it running?") from error
        except httpx.TransportError as error:
            raise UnsureError(f"The payment simulator did not answer: {error}") from error
        if answer.is_server_error:
            raise UnsureError(f"The payment simulator answered {answer.status_code}.")
        told = answer.json()
        if answer.is_client_error:
            raise RefusedError(str(told["refused"]))
        return told


def _money(told: dict[str, Any]) -> Money:
    return Money(told["amount_minor"], told["currency"])


def _charge(told: dict[str, Any]) -> Charge:
    return Charge(
        ref=told["ref"],
        key=told["key"],
        amount=_money(told),
        status=told["status"],
        decline=told["decline"],
    )


def _charge_or_error(told: dict[str, Any]) -> Charge | GatewayError:
    if "unsure" in told:
        return UnsureError("The payment simulator's answer was lost.")
    return RefusedError(told["refused"]) if "refused" in told else _charge(told)


def _refund(told: dict[str, Any]) -> Refund:
    return Refund(
        ref=told["ref"],
        key=told["key"],
        charge_ref=told["charge_ref"],
        amount=_money(told),
        status=told["status"],
    )


def _method(told: dict[str, Any]) -> Method:
    names = ("ref", "customer_ref", "brand", "last4", "expires")
    return Method(**{name: told[name] for name in names})


def _news(item: dict[str, Any]) -> News:
    return News(id=str(item["id"]), subject=_SUBJECTS.get(item["subject"]), ref=str(item["ref"]))
