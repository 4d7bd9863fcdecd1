"""Cases that other billing systems have worked out: to the minor unit and to the day."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.billing.cases.answering import answer
from tests.billing.cases.reading import Case

CASES: list[Case] = json.loads((Path(__file__).parent / "cases" / "published.json").read_text())


def same(expected: Any, said: Any) -> bool:
    """Whether an answer is what is expected; shares are told to so many digits, or as fractions."""
    if not isinstance(said, Fraction):
        return bool(expected == said)
    if "/" in expected:
        return Fraction(expected) == said
    digits = len(expected.partition(".")[2])
    return abs(Fraction(expected) - said) < Fraction(1, 10**digits)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_worked_case(case: Case) -> None:
    said = answer(case)
    wrong = {
        what: (expected, said.get(what))
        for what, expected in case["expected"].items()
        if not same(expected, said.get(what))
    }
    assert not wrong


def test_there_are_all() -> None:
    assert len({case["id"] for case in CASES}) == 32
