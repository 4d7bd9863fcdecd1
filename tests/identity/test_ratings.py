"""The rating systems of the world, as rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.contracts.identity import MATURITY_AGE_MAX
from matinee.contracts.ratings import SYSTEMS, YEARS, RatingSystem, system_of
from matinee.identity.rules import KIDS_MATURITY_AGE_MAX


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.code)
def test_steps_climb_from_everybody_on(system: RatingSystem) -> None:
    ages = [step.age for step in system.steps]
    assert ages[0] == 0
    assert ages == sorted(set(ages))
    assert ages[-1] <= MATURITY_AGE_MAX
    assert len({step.name for step in system.steps}) == len(system.steps)
    # There is something for a kids profile to be given.
    assert any(age <= KIDS_MATURITY_AGE_MAX for age in ages)


def test_a_territory_has_one_system() -> None:
    every = [territory for system in SYSTEMS for territory in system.territories]
    assert len(every) == len(set(every))
    assert len({system.code for system in SYSTEMS}) == len(SYSTEMS)


@given(st.text(max_size=3))
def test_any_territory_has_a_system(territory: str) -> None:
    system = system_of(territory)
    assert territory in system.territories or system is YEARS


@pytest.mark.parametrize(
    ("territory", "name", "age"),
    [
        ("DE", "FSK 16", 16),
        ("GB", "PG", 8),
        ("US", "PG-13", 13),
        ("US", "R, TV-MA", 17),
        ("NL", "9", 9),
        ("SE", "11", 11),
        ("IN", "UA 13+", 13),
    ],
)
def test_marks_as_their_boards_say_them(territory: str, name: str, age: int) -> None:
    steps = {step.name: step.age for step in system_of(territory).steps}
    assert steps[name] == age
