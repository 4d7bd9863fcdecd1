"""How far apart two means surely are, however often somebody looks.

An interval that is right with 95% at one moment is wrong far more often at one of many. A
confidence sequence is right at all moments at once, so an experiment may be watched all the time
and ended at any. This is the asymptotic one of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas
("Time-uniform central limit theory and asymptotic confidence sequences", Annals of Statistics
52(6), 2024, theorem 2.2, and section 3 for the difference of the means of an experiment). Its
boundary is Robbins' normal mixture (1970), which a mixture sequential probability ratio test
inverts too (Johari, Koomen, Pekelis and Walsh, "Always valid inference", Operations Research
70(3), 2022).
"""

import math
from dataclasses import dataclass

from matinee.insights.rules.experiments.tallies import Tally

# Below so many profiles of either the central limit theorem has not begun to hold for what people
# watch: most of them nothing at all, a few for days.
PROFILES_MIN = 100
# The boundary is tightest at so many profiles, and not much wider at a tenth or at tenfold.
_TIGHTEST_AT = 5_000


@dataclass(frozen=True)
class Difference:
    """By how much a mean is above another one, with the bounds of its confidence sequence."""

    value: float
    low: float
    high: float


def difference(own: Tally, first: Tally, alpha: float) -> Difference | None:
    """The mean of `own` less that of `first`, wrong ever with probability `alpha`; None if too few.

    The profiles of both are taken for independent, and each for counted once.
    """
    if min(own.n, first.n) < PROFILES_MIN:
        return None
    value = own.mean - first.mean
    # Of what is rare a few profiles may show nothing at all: they vary no less than both together.
    both = (own.squares + first.squares) / (own.n + first.n - 2)
    error = math.sqrt(sum(max(one.variance, both) / one.n for one in (own, first)))
    half = error * boundary(own.n + first.n, alpha)
    return Difference(value, value - half, value + half)


def boundary(n: int, alpha: float) -> float:
    """How many standard errors an estimate from `n` profiles may be off, at all `n` at once."""
    # The best for one n (their appendix B.2); any that was chosen beforehand is right for all n.
    log = -2 * math.log(alpha)
    scaled = n * (log + math.log(log + 1)) / _TIGHTEST_AT
    return math.sqrt(2 * (scaled + 1) / scaled * math.log(math.sqrt(scaled + 1) / alpha))
