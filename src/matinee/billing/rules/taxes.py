"""Taxes on one line, in the price or on top of it; each is rounded half-up on its line."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Protocol

from matinee.kernel.money import half_up


@dataclass(frozen=True)
class Tax:
    """A tax by name; `inclusive`: it is already in the price."""

    name: str
    percent: Decimal
    inclusive: bool = False

    @property
    def share(self) -> Fraction:
        """What it takes of a net amount."""
        return Fraction(self.percent) / 100


class TaxSource(Protocol):
    """Who knows which taxes a territory has; a table of our own, or an operator's service."""

    def taxes(self, territory: str, at: datetime) -> tuple[Tax, ...]:
        """The taxes that apply there at that moment; none where nobody knows of any."""


@dataclass(frozen=True)
class Taxed:
    """What is left of a priced amount, and what each tax takes."""

    net_minor: int
    tax_minor: tuple[int, ...]

    @property
    def total_minor(self) -> int:
        """What is to be paid."""
        return self.net_minor + sum(self.tax_minor)


@lru_cache(maxsize=4096)
def taxed(priced: Fraction | int, taxes: tuple[Tax, ...]) -> Taxed:
    """Tax an amount as priced, in minor units, which may be a fraction of one.

    The net amount and each tax come from the exact amount; what is inclusive then adds up
    to the rounded price, because the net amount takes the difference.
    """
    exact = Fraction(priced)
    inside = sum((tax.share for tax in taxes if tax.inclusive), Fraction(0))
    net_exact = exact / (1 + inside)
    amounts = tuple(half_up(net_exact * tax.share) for tax in taxes)
    of_price = sum(amount for tax, amount in zip(taxes, amounts, strict=True) if tax.inclusive)
    return Taxed(half_up(exact) - of_price, amounts)
