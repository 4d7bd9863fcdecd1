"""What billing asks of a payment gateway, in billing's words.

Card numbers never reach billing: people type them into the gateway's own page (a
*checkout*), where strong customer authentication (PSD2 RTS, articles 4 and 97;
3-D Secure) happens, too. What comes back is a saved method that can be charged later.

Every request that moves money carries a key. A gateway does what a key asks for once,
however often it is asked; so whoever got no answer asks again with the same key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

from matinee.kernel.money import Money

ChargeStatus = Literal["processing", "succeeded", "failed"]
CheckoutStatus = Literal["open", "complete", "closed"]
RefundStatus = Literal["processing", "succeeded", "failed"]
DisputeStatus = Literal["open", "won", "lost"]
Subject = Literal["charge", "checkout", "refund", "dispute"]
Decline = Literal[
    "insufficient_funds",
    "authentication_required",
    "expired_card",
    "card_lost",
    "card_not_accepted",
    "declined",
]
# Asking the bank again cannot help: the card itself must be replaced (or its holder come).
FINAL_DECLINES: frozenset[Decline] = frozenset(
    {"authentication_required", "expired_card", "card_lost", "card_not_accepted"}
)


class GatewayError(Exception):
    """The gateway did not do what it was asked for."""


class UnsureError(GatewayError):
    """Nobody knows whether it was done; ask again with the same key."""


class RefusedError(GatewayError):
    """It was not done and never will be like this; the message says why."""


class BadNewsError(GatewayError):
    """What the gateway did not sign, or what cannot be read."""


@dataclass(frozen=True)
class Method:
    """A card that somebody saved, as it may be shown."""

    ref: str
    customer_ref: str
    brand: str
    last4: str
    expires: str
    """Month and year, `YYYY-MM`."""


@dataclass(frozen=True)
class ChargeOrder:
    """Take money with a saved method, while its owner is away."""

    key: str
    customer_ref: str
    method_ref: str
    amount: Money
    is_asked_again: bool = False
    """Whether the key may have been asked for before; gateways forget keys some day."""


@dataclass(frozen=True)
class Charge:
    """Money taken or not. One that failed stays failed; another try is another charge."""

    ref: str
    key: str
    amount: Money
    status: ChargeStatus
    decline: Decline | None = None


@dataclass(frozen=True)
class CheckoutOrder:
    """Send somebody to the gateway's page: to pay an amount, or (None) only to save a card."""

    key: str
    customer_ref: str
    amount: Money | None
    currency: str
    return_url: str


@dataclass(frozen=True)
class Checkout:
    """A visit to the gateway's page. When it is complete there is a method, or a charge and one."""

    ref: str
    key: str
    status: CheckoutStatus
    url: str
    charge: Charge | None = None
    method: Method | None = None


@dataclass(frozen=True)
class RefundOrder:
    """Give back a part of a charge, or all of it."""

    key: str
    charge_ref: str
    amount: Money
    is_asked_again: bool = False


@dataclass(frozen=True)
class Refund:
    """Money on its way back."""

    ref: str
    key: str
    charge_ref: str
    amount: Money
    status: RefundStatus


@dataclass(frozen=True)
class Dispute:
    """A cardholder's bank took a charge back; it stays taken until the dispute is won.

    The fee is all that the bank took for it until now.
    """

    ref: str
    charge_ref: str
    amount: Money
    fee: Money
    status: DisputeStatus


@dataclass(frozen=True)
class News:
    """Something happened to `ref`; what it is now must be asked, as news come in any order."""

    id: str
    subject: Subject | None
    """None: about something that billing does not follow."""
    ref: str


class Gateway(Protocol):
    """What every adapter can do. Any call may raise UnsureError, or RefusedError for good."""

    name: str

    def customer_make(self, account_id: UUID) -> str:
        """The reference of an account's customer, made when asked for the first time."""

    def checkout_open(self, order: CheckoutOrder) -> Checkout:
        """A page for somebody to pay or save a card at; the same one for the same key."""

    def checkout_find(self, ref: str) -> Checkout:
        """How a checkout stands now."""

    def checkout_close(self, ref: str) -> Checkout:
        """Let nobody pay there any more; it stays complete where somebody already has."""

    def charges_make(self, orders: Sequence[ChargeOrder]) -> list[Charge | GatewayError]:
        """Charge saved methods; an answer for each order, in their order. Raises nothing."""

    def charges_find(self, refs: Sequence[str]) -> list[Charge | GatewayError]:
        """How charges stand now, in the order of `refs`. Raises nothing."""

    def refund_make(self, order: RefundOrder) -> Refund:
        """Give money back; RefusedError where more is asked for than was taken."""

    def refund_find(self, ref: str) -> Refund:
        """How a refund stands now."""

    def dispute_find(self, ref: str) -> Dispute:
        """How a dispute stands now."""

    def methods_of(self, customer_ref: str) -> list[Method]:
        """The saved methods of a customer, the newest first."""

    def method_remove(self, ref: str) -> None:
        """Forget a saved method; nothing happens if it is gone already."""

    def news_in(self, body: bytes, headers: Mapping[str, str]) -> list[News]:
        """The news in a request that came from outside; BadNewsError if it is not genuine.

        Names of `headers` are lower case.
        """

    def news_after(self, last: str | None, most: int) -> list[News]:
        """What happened after the item `last`, oldest first, for those that never arrived.

        Some that came before it may be among them.
        """
