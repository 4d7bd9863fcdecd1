"""Money as whole minor units of a currency; never a float."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

# Digits behind the point where they are not two (ISO 4217, amendments up to 177).
_CODE_LENGTH = 3
_EXPONENTS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
    **dict.fromkeys(["CLF", "UYW"], 4),
}


@lru_cache(maxsize=256)
def exponent(currency: str) -> int:
    """How many decimal digits the minor unit of an ISO 4217 currency stands for."""
    if len(currency) != _CODE_LENGTH or not currency.isascii() or not currency.isupper():
        msg = f"{currency!r} is not an ISO 4217 code; use one like 'EUR'"
        raise ValueError(msg)
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, order=False)
class Money:
    """An amount of one currency, in its minor unit (cents of EUR, yen of JPY)."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        exponent(self.currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount_minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount_minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount_minor, self.currency)

    def __str__(self) -> str:
        digits = exponent(self.currency)
        return f"{Decimal(self.amount_minor).scaleb(-digits):.{digits}f} {self.currency}"

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            msg = f"cannot combine {self.currency} with {other.currency}; convert one first"
            raise ValueError(msg)
        return other.amount_minor


def half_up(amount: Fraction) -> int:
    """The nearest whole number; halves go away from zero."""
    nearest = (2 * abs(amount.numerator) + amount.denominator) // (2 * amount.denominator)
    return nearest if amount >= 0 else -nearest


def parsed(amount: str, currency: str) -> Money:
    """Money from how people write it ('10.00'); ValueError where it has too many digits."""
    digits = exponent(currency)
    try:
        minor = Decimal(amount).scaleb(digits)
    except InvalidOperation as error:
        msg = f"{amount!r} is not an amount; write it like '10.00'"
        raise ValueError(msg) from error
    if not minor.is_finite() or minor != minor.to_integral_value():
        msg = f"{amount!r} is too fine for {currency}, which has {digits} digits behind the point"
        raise ValueError(msg)
    return Money(int(minor), currency)


# Of the mean Gregorian month: 365.2425 days in 12 months.
_DAYS_A_MONTH = Fraction(3652425, 120000)
_MONTHS: dict[str, Fraction] = {
    "day": 1 / _DAYS_A_MONTH,
    "week": 7 / _DAYS_A_MONTH,
    "month": Fraction(1),
    "year": Fraction(12),
}


def monthly(amount_minor: int, interval: str, count: int) -> Fraction:
    """What a price for so many intervals comes to a month, in minor units, exactly."""
    return Fraction(amount_minor) / (_MONTHS[interval] * count)
