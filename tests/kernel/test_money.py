"""Money: exact, in one currency, with as many digits as the currency has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.kernel.money import Money, exponent

amounts = st.integers(min_value=-(10**15), max_value=10**15)


@given(amounts, amounts)
def test_adding_and_taking_away_undo_each_other(one: int, other: int) -> None:
    a, b = Money(one, "EUR"), Money(other, "EUR")
    assert a + b - b == a
    assert a + b == b + a
    assert a - b == -(b - a)


@pytest.mark.parametrize(
    ("amount_minor", "currency", "text"),
    [
        (799, "EUR", "7.99 EUR"),
        (-5, "USD", "-0.05 USD"),
        (500, "JPY", "500 JPY"),
        (1, "ISK", "1 ISK"),
        (1500, "UGX", "1500 UGX"),
        (1250, "KWD", "1.250 KWD"),
    ],
)
def test_a_currency_has_its_own_digits(amount_minor: int, currency: str, text: str) -> None:
    assert str(Money(amount_minor, currency)) == text


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="cannot combine EUR with JPY"):
        Money(1, "EUR") + Money(1, "JPY")


@pytest.mark.parametrize("code", ["eur", "EURO", "", "€", "E1"])
def test_a_code_that_is_none_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        exponent(code)
