"""What coupons take off, line by line, before taxes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from matinee.billing.rules.calendar import Cycle
from matinee.kernel.money import Money, half_up

# How a price after a percentage is rounded: to the nearest, or in the customer's favour.
Rounding = Literal["half_up", "down"]


@dataclass(frozen=True)
class Discount:
    """A percentage of each line, or an amount spread over all of them."""

    percent: Decimal | None = None
    amount: Money | None = None
    rounding: Rounding = "half_up"


def taken_off(discount: Discount | None, amounts: Sequence[int], currency: str) -> list[int]:
    """What a discount takes off each amount as priced; never more than all of it.

    An amount in another currency takes off nothing.
    """
    if discount is None:
        return [0] * len(amounts)
    if discount.percent is not None:
        return [each - _after(each, discount.percent, discount.rounding) for each in amounts]
    if discount.amount is None or discount.amount.currency != currency:
        return [0] * len(amounts)
    return spread(min(discount.amount.amount_minor, sum(amounts)), amounts)


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Divide a total in proportion to weights, to the last minor unit.

    Largest remainders first (Hamilton's method), of equal ones the earlier. No part
    exceeds its weight where the total does not exceed their sum.
    """
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    rests = [total * weight % whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda at: (-rests[at], at))
    for at in order[: total - sum(parts)]:
        parts[at] += 1
    return parts


def lasts_until(starts_at: datetime, months: int | None, zone: str) -> datetime | None:
    """When a coupon is used up; None where it has no end."""
    return None if months is None else Cycle(starts_at, "month", 1, zone).boundary(months)


def _after(amount: int, percent: Decimal, rounding: Rounding) -> int:
    left = amount * (1 - Fraction(percent) / 100)
    return half_up(left) if rounding == "half_up" else left.numerator // left.denominator
