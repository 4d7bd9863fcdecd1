"""A million steps of customers' lives by the rules of billing, every invariant held after each.

The lives and the invariants are those of `tests/billing/test_lives.py`; the latter are listed in
`docs/decisions/0023-exact-billing.md`. A broken one fails the run, with the shortest life that
leads to it. Lives come from seeds in a row, so that each run lives the same ones.
"""

import os
import time
from collections import Counter
from itertools import count

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from bench.figures import Figure
from tests.billing.test_lives import Lives

_STEPS = 1_000_000
# What is remembered of lives that were tried, so that none comes twice, grows with their number.
_LIVES_AT_ONCE = 1_000
_STEPS_A_LIFE = 50

_counted: Counter[str] = Counter()


class CountedLives(Lives):
    """A life whose steps are counted: once it has begun, and all invariants are asked for each."""

    _before: object = None

    @invariant()
    def is_counted(self) -> None:
        """Holds always; asked for where the others are."""
        life = self.life
        stands = life.now, life.course, life.terms, life.next_terms, len(life.book)
        if self._before is None:
            _counted["lives"] += 1
        else:
            _counted["steps"] += 1
            _counted["changes"] += stands != self._before
        self._before = stands


def measure() -> list[Figure]:
    """Until so many steps changed something as `MATINEE_BENCH_STEPS` says, or a million.

    AssertionError if one broke an invariant.
    """
    wanted = int(os.environ.get("MATINEE_BENCH_STEPS", _STEPS))
    _counted.clear()
    begun_s = time.process_time()
    for number in count():
        missing = wanted - _counted["changes"]
        if missing <= 0:
            break
        _live(number, min(_LIVES_AT_ONCE, -(-missing // _STEPS_A_LIFE)))
    used_s = time.process_time() - begun_s
    return [
        Figure("steps without a broken invariant", _counted["steps"], ""),
        Figure("… of which changed something", _counted["changes"], "", f">= {wanted}"),
        Figure("lives", _counted["lives"], ""),
        Figure("CPU", used_s, "s of CPU"),
    ]


def _live(number: int, lives: int) -> None:
    run_state_machine_as_test(
        seed(number)(CountedLives),
        settings=settings(
            max_examples=lives,
            stateful_step_count=_STEPS_A_LIFE,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
