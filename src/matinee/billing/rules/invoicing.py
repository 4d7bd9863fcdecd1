"""What is asked for, and what is given back: lines, their taxes, and their sums."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from matinee.billing.rules.calendar import Stretch
from matinee.billing.rules.discounts import Discount, spread, taken_off
from matinee.billing.rules.proration import Unit, share
from matinee.billing.rules.taxes import Tax, taxed
from matinee.kernel.money import Money, half_up


@dataclass(frozen=True)
class Span:
    """The part of a cycle that is charged, and how parts are reckoned."""

    part: Stretch
    cycle: Stretch
    unit: Unit = "day"
    zone: str = "UTC"

    @property
    def share(self) -> Fraction:
        """How much of the cycle it is."""
        return share(self.part, self.cycle, self.unit, self.zone)

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole cycle, as mostly."""
        return self.part == self.cycle and self.part.start < self.part.end


@dataclass(frozen=True)
class Item:
    """Something to be charged: what the whole of it costs, and which part of it, if not all."""

    rate_minor: int
    taxes: tuple[Tax, ...] = ()
    span: Span | None = None

    @property
    def exact(self) -> Fraction:
        """The amount as priced, before it is rounded."""
        return Fraction(self.rate_minor) * (1 if self.span is None else self.span.share)

    @property
    def amount_minor(self) -> int:
        """The amount as priced, rounded half-up."""
        if self.span is None or self.span.is_whole:
            return self.rate_minor
        return half_up(self.exact)


@dataclass(frozen=True)
class Line:
    """An item as it stands on an invoice; `amount_minor` and discount are as priced."""

    item: Item
    amount_minor: int
    discount_minor: int
    net_minor: int
    tax_minor: tuple[int, ...]

    @property
    def total_minor(self) -> int:
        """What is to be paid for it."""
        return self.net_minor + sum(self.tax_minor)


@dataclass(frozen=True)
class Bill:
    """An invoice's lines and sums."""

    lines: tuple[Line, ...]
    currency: str

    @cached_property
    def subtotal_minor(self) -> int:
        """Without discounts; with those taxes that are in the prices."""
        return sum(line.amount_minor for line in self.lines)

    @cached_property
    def discount_minor(self) -> int:
        """What coupons took off."""
        return sum(line.discount_minor for line in self.lines)

    @cached_property
    def net_minor(self) -> int:
        """What is left for the seller."""
        return sum(line.net_minor for line in self.lines)

    @cached_property
    def tax_minor(self) -> int:
        """All taxes."""
        return sum(sum(line.tax_minor) for line in self.lines)

    @cached_property
    def total_minor(self) -> int:
        """What is to be paid."""
        return sum(line.total_minor for line in self.lines)


def bill(items: Sequence[Item], currency: str, discount: Discount | None = None) -> Bill:
    """Charge items: each amount is rounded half-up, then the discount, then the taxes."""
    amounts = [item.amount_minor for item in items]
    off = taken_off(discount, amounts, currency)
    rows = zip(items, amounts, off, strict=True)
    return Bill(tuple(_line(item, amount, less) for item, amount, less in rows), currency)


def _line(item: Item, amount: int, discount: int) -> Line:
    sums = taxed(amount - discount, item.taxes)
    return Line(item, amount, discount, sums.net_minor, sums.tax_minor)


@dataclass(frozen=True)
class Charged:
    """A line that was invoiced, and what of it has been given back already."""

    line: Line
    credited_net_minor: int = 0
    credited_tax_minor: int = 0

    @property
    def net_left_minor(self) -> int:
        """What can still be given back, without taxes."""
        return self.line.net_minor - self.credited_net_minor

    @property
    def tax_left_minor(self) -> int:
        """The taxes that can still be given back."""
        return sum(self.line.tax_minor) - self.credited_tax_minor


@dataclass(frozen=True)
class Credit:
    """What is given back of one line."""

    net_minor: int
    tax_minor: int

    @property
    def total_minor(self) -> int:
        """What the customer gets."""
        return self.net_minor + self.tax_minor


def credit_unused(charged: Charged, unused: Stretch) -> Credit:
    """What a line's unused time is worth: at its rate, less its share of the discount.

    Net amount and taxes are each rounded half-up from the exact amounts; neither exceeds
    what is left of it, and nothing is left over once all the net amount is given back.
    """
    line = charged.line
    span = line.item.span
    if span is None or line.amount_minor == 0:
        return Credit(0, 0)
    start, end = max(unused.start, span.part.start), min(unused.end, span.part.end)
    if start >= end:
        return Credit(0, 0)
    part = share(Stretch(start, end), span.cycle, span.unit, span.zone)
    undiscounted = Fraction(line.amount_minor - line.discount_minor, line.amount_minor)
    sums = taxed(line.item.rate_minor * part * undiscounted, line.item.taxes)
    return _capped(charged, sums.net_minor, sum(sums.tax_minor))


def credit_amount(charged: Sequence[Charged], amount: Money | None) -> list[Credit]:
    """Give an amount back, taxes included, spread over lines; None gives back all that is left.

    ValueError where less is left than that.
    """
    left = [each.net_left_minor + each.tax_left_minor for each in charged]
    total = sum(left) if amount is None else amount.amount_minor
    if total > sum(left):
        msg = f"only {sum(left)} minor units are left to give back, not {total}"
        raise ValueError(msg)
    return [_split(each, part) for each, part in zip(charged, spread(total, left), strict=True)]


def _split(charged: Charged, total: int) -> Credit:
    net, tax = spread(total, [charged.net_left_minor, charged.tax_left_minor])
    return Credit(net, tax)


def _capped(charged: Charged, net: int, tax: int) -> Credit:
    if net >= charged.net_left_minor:
        return Credit(charged.net_left_minor, charged.tax_left_minor)
    return Credit(net, min(tax, charged.tax_left_minor))
