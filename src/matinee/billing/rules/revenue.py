"""What subscriptions bring in a month, however long the interval that they are paid for."""

from fractions import Fraction

# Of the mean Gregorian month: 365.2425 days in 12 months.
_DAYS_A_MONTH = Fraction(3652425, 120000)
_MONTHS: dict[str, Fraction] = {
    "day": 1 / _DAYS_A_MONTH,
    "week": 7 / _DAYS_A_MONTH,
    "month": Fraction(1),
    "year": Fraction(12),
}


def monthly(amount_minor: int, interval: str, count: int) -> Fraction:
    """What a price comes to a month, in minor units, exactly."""
    return Fraction(amount_minor) / (_MONTHS[interval] * count)


def share(part: int, whole: int) -> float | None:
    """A part of a whole from 0 to 1; None of nothing."""
    return part / whole if whole else None
