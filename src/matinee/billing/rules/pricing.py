"""What a plan asks for and gives, and how it may be changed for another."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Literal

from matinee.billing.rules.calendar import Alignment, Cycle, Interval
from matinee.billing.rules.proration import Unit
from matinee.kernel.money import Money

# `renewal`: nothing is charged or given back before the next renewal. The others: at once,
# with what is left of the period reckoned in that unit.
Manner = Literal["renewal", "second", "day", "day30"]
Direction = Literal["upgrade", "downgrade", "same"]

_A_YEAR_HAS: dict[Interval, Fraction] = {
    "day": Fraction(1461, 4),
    "week": Fraction(1461, 28),
    "month": Fraction(12),
    "year": Fraction(1),
}


@dataclass(frozen=True)
class Terms:
    """What a plan asks for, at one of its prices, and gives."""

    price: Money
    interval: Interval
    trial_days: int
    streams_at_once: int
    height_max: int
    interval_count: int = 1
    alignment: Alignment = "anniversary"
    upgrades: Manner = "renewal"
    downgrades: Manner = "renewal"

    @property
    def is_free(self) -> bool:
        """Whether nothing is ever to be paid."""
        return self.price.amount_minor == 0

    @property
    def yearly(self) -> Fraction:
        """What a year costs, to compare prices of different intervals by."""
        return self.price.amount_minor * _A_YEAR_HAS[self.interval] / self.interval_count

    @property
    def stub_unit(self) -> Unit:
        """How a part of a period is reckoned where there is one: by the day unless told else."""
        return "day" if self.upgrades == "renewal" else self.upgrades

    def cycle(self, anchor: "Anchor") -> Cycle:
        """The periods of this price."""
        return Cycle(anchor.at, self.interval, self.interval_count, anchor.zone)


@dataclass(frozen=True)
class Anchor:
    """What periods are counted from, and in whose time zone."""

    at: datetime
    zone: str = "UTC"


@dataclass(frozen=True)
class Change:
    """How one plan is changed for another."""

    direction: Direction
    manner: Manner

    @property
    def gives_at_once(self) -> bool:
        """Whether the new plan's features are there from the moment of the change."""
        return self.direction == "upgrade" or self.manner != "renewal"

    @property
    def charges_at_once(self) -> bool:
        """Whether the rest of the period is given back and charged anew."""
        return self.manner != "renewal"


def change(old: Terms, new: Terms) -> Change:
    """How the policy of the plan that is left treats the change.

    What costs more in a year is an upgrade; at the same price, what gives more.
    """
    before, after = _rank(old), _rank(new)
    if after > before:
        return Change("upgrade", old.upgrades)
    if after < before:
        return Change("downgrade", old.downgrades)
    return Change("same", "renewal")


def _rank(terms: Terms) -> tuple[Fraction, int, int]:
    return terms.yearly, terms.streams_at_once, terms.height_max
