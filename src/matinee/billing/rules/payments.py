"""Rules of payments, without I/O: what a payment may become, and its key."""

from typing import Literal
from uuid import UUID

PaymentStatus = Literal["started", "processing", "succeeded", "failed", "closed"]
# An invoice has one of these at most: nobody may be charged while another charge may come true.
LIVE: tuple[PaymentStatus, ...] = ("started", "processing", "succeeded")
_AFTER: dict[PaymentStatus, frozenset[PaymentStatus]] = {
    "started": frozenset({"processing", "succeeded", "failed", "closed"}),
    "processing": frozenset({"succeeded", "failed"}),
    "succeeded": frozenset(),
    "failed": frozenset(),
    "closed": frozenset(),
}


def key_of(invoice_id: UUID, number: int) -> str:
    """What a gateway does once for try `number` of an invoice, however often it is asked."""
    return f"invoice:{invoice_id}:{number}"


def refund_key(refund_id: UUID) -> str:
    """What a gateway gives back once."""
    return f"refund:{refund_id}"


def may_become(now: PaymentStatus, then: PaymentStatus) -> bool:
    """Whether news that a payment is `then` is news; what is decided stays decided."""
    return then in _AFTER[now]


def parsed(key: str) -> tuple[UUID, int] | None:
    """The invoice and the number that a key names; None where it is not one of ours."""
    kind, _, rest = key.partition(":")
    invoice, _, number = rest.partition(":")
    if kind != "invoice" or not number.isdecimal():
        return None
    try:
        return UUID(invoice), int(number)
    except ValueError:
        return None


def status_of(told: str) -> PaymentStatus:
    """A status as it was stored; ValueError for another word."""
    for known in _AFTER:
        if known == told:
            return known
    raise ValueError(f"{told!r} is no status of a payment")
