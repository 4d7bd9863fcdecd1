"""Rules of profiles, without I/O."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from matinee.contracts.identity import MaturityAge
from matinee.kernel.problems import Conflict, Unprocessable

PROFILES_MAX = 5
# What a kids profile shows unless somebody chooses, and the most that can be chosen: the PG
# and 7 of those boards that have no 6.
KIDS_MATURITY_AGE: Final = 6
KIDS_MATURITY_AGE_MAX: Final = 8


def free_slot(taken: Iterable[int]) -> int:
    """The lowest place for one more profile; Conflict when all are taken."""
    free = set(range(1, PROFILES_MAX + 1)) - set(taken)
    if not free:
        code = "too_many_profiles"
        detail = f"An account has at most {PROFILES_MAX} profiles. Remove one first."
        raise Conflict(code, detail)
    return min(free)


@dataclass(frozen=True)
class Ceiling:
    """How old one must be for what a profile is shown, and whether it is a kids profile."""

    maturity_age: MaturityAge
    is_kids: bool


def ceiling(maturity_age: MaturityAge | None, *, is_kids: bool, before: MaturityAge) -> Ceiling:
    """A profile's ceiling after a change; `maturity_age` None: not asked for, `before` counts.

    Making it a kids profile lowers the ceiling by itself. Unprocessable when a
    kids profile is asked to show more.
    """
    if not is_kids:
        return Ceiling(before if maturity_age is None else maturity_age, is_kids=False)
    if maturity_age is None:
        is_low = before <= KIDS_MATURITY_AGE_MAX
        return Ceiling(before if is_low else KIDS_MATURITY_AGE, is_kids=True)
    if maturity_age > KIDS_MATURITY_AGE_MAX:
        code = "kids_ceiling"
        detail = (
            f"A kids profile shows titles rated up to {KIDS_MATURITY_AGE_MAX}. "
            "Choose a lower rating, or make it a profile for grown-ups."
        )
        raise Unprocessable(code, detail)
    return Ceiling(maturity_age, is_kids=True)


def needs_grown_up(others_are_kids: Iterable[bool]) -> None:
    """Conflict when an account would be left without a profile of a grown-up to look after it.

    `others_are_kids`: of each profile that stays as it is, whether it is a kids profile.
    """
    others = list(others_are_kids)
    if not others:
        code = "last_profile"
        raise Conflict(code, "An account keeps at least one profile. Add another one first.")
    if all(others):
        code = "last_grown_up"
        detail = "An account keeps a profile of a grown-up. Add another one first."
        raise Conflict(code, detail)
