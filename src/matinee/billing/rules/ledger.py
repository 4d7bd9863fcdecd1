"""Every movement of money as transfers between two accounts, so that it balances by its form.

A transfer debits one account and credits another with the same positive amount
(double entry; the form is TigerBeetle's). Assets and losses grow by debits, debts and
revenue by credits.

| account | what it holds |
|---|---|
| receivable | what customers were asked for and have not paid |
| revenue | what was earned, without taxes |
| tax | what is owed to territories |
| credit | what customers have to their credit |
| gateway | what payment gateways hold for the operator |
| gift_cards | what was given out on cards and not redeemed |
| promotions | what gift cards cost that nobody paid for |
| bad_debt | what was asked for and given up |
| disputed | what banks hold back while a payment is disputed |
| losses | payments that were lost in disputes |
| fees | what gateways took for disputes |
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from matinee.kernel.money import Money

Account = Literal[
    "receivable",
    "revenue",
    "tax",
    "credit",
    "gateway",
    "gift_cards",
    "promotions",
    "bad_debt",
    "disputed",
    "losses",
    "fees",
]
DisputeStep = Literal["opened", "won", "lost"]


@dataclass(frozen=True)
class Transfer:
    """An amount from one account to another."""

    debit: Account
    credit: Account
    amount: Money

    def __post_init__(self) -> None:
        if self.amount.amount_minor <= 0 or self.debit == self.credit:
            msg = f"a transfer moves more than nothing between two accounts: {self}"
            raise ValueError(msg)


@dataclass(frozen=True)
class Credited:
    """What a credit note takes back, and how much of it lowers what is still to be paid."""

    net_minor: int
    tax_minor: int
    unpaid_minor: int
    currency: str


def invoice(net: Money, tax: Money) -> tuple[Transfer, ...]:
    """Somebody is asked for an amount."""
    return _some(("receivable", "revenue", net), ("receivable", "tax", tax))


def credit_applied(amount: Money) -> tuple[Transfer, ...]:
    """An invoice is paid from the customer's credit."""
    return _some(("credit", "receivable", amount))


def credit_returned(amount: Money) -> tuple[Transfer, ...]:
    """An order that was to be paid from credit came to nothing."""
    return _some(("receivable", "credit", amount))


def payment(amount: Money) -> tuple[Transfer, ...]:
    """A gateway took an amount for an invoice."""
    return _some(("gateway", "receivable", amount))


def overpayment(amount: Money) -> tuple[Transfer, ...]:
    """A gateway took more than was still to be paid; it is the customer's."""
    return _some(("gateway", "credit", amount))


def credit_note(credited: Credited) -> tuple[Transfer, ...]:
    """An invoice is taken back in part: first what is unpaid, the rest is the customer's."""
    tax_unpaid = min(credited.tax_minor, credited.unpaid_minor)
    net_unpaid = min(credited.net_minor, credited.unpaid_minor - tax_unpaid)

    def money(amount_minor: int) -> Money:
        return Money(amount_minor, credited.currency)

    return _some(
        ("tax", "receivable", money(tax_unpaid)),
        ("revenue", "receivable", money(net_unpaid)),
        ("tax", "credit", money(credited.tax_minor - tax_unpaid)),
        ("revenue", "credit", money(credited.net_minor - net_unpaid)),
    )


def refund(amount: Money) -> tuple[Transfer, ...]:
    """A gateway gave an amount back, out of the customer's credit."""
    return _some(("credit", "gateway", amount))


def write_off(amount: Money) -> tuple[Transfer, ...]:
    """What is still to be paid is given up."""
    return _some(("bad_debt", "receivable", amount))


def recovered(amount: Money) -> tuple[Transfer, ...]:
    """A gateway took an amount for an invoice that had been given up."""
    return _some(("gateway", "bad_debt", amount))


def gift_card_given(amount: Money) -> tuple[Transfer, ...]:
    """A gift card is given out for nothing."""
    return _some(("promotions", "gift_cards", amount))


def gift_card_redeemed(amount: Money) -> tuple[Transfer, ...]:
    """What is on a gift card is put to a customer's credit."""
    return _some(("gift_cards", "credit", amount))


def dispute(step: DisputeStep, amount: Money, fee: Money) -> tuple[Transfer, ...]:
    """A bank holds a payment back, gives it free or takes it for good.

    The fee is what it asks for this step; below zero, what it gives back of an earlier one.
    """
    match step:
        case "opened":
            moved = _some(("disputed", "gateway", amount))
        case "won":
            moved = _some(("gateway", "disputed", amount))
        case "lost":
            moved = _some(("losses", "disputed", amount))
    if fee.amount_minor < 0:
        return moved + _some(("gateway", "fees", -fee))
    return moved + _some(("fees", "gateway", fee))


def balances(transfers: Iterable[Transfer]) -> dict[tuple[Account, str], int]:
    """What stands on each account in each currency, debits positive; each currency adds up to 0."""
    sums: dict[tuple[Account, str], int] = {}
    for each in transfers:
        currency, amount = each.amount.currency, each.amount.amount_minor
        sums[each.debit, currency] = sums.get((each.debit, currency), 0) + amount
        sums[each.credit, currency] = sums.get((each.credit, currency), 0) - amount
    return sums


def _some(*moves: tuple[Account, Account, Money]) -> tuple[Transfer, ...]:
    return tuple(
        Transfer(debit, credit, amount) for debit, credit, amount in moves if amount.amount_minor
    )
