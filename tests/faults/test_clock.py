"""The clock jumps, forwards and back, while somebody watches."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import clocks
from tests.faults.clocks import Clock
from tests.faults.conftest import used
from tests.faults.recording import Row
from tests.faults.trial import Fault, Trial

pytestmark = pytest.mark.engines

GROUP = "Clock of all but nginx"
HOUR_S = 3600


@pytest.fixture(scope="module")
def clock(at_home: Path) -> Clock:
    if clocks.compiler() is None:
        pytest.skip("clocks that jump: no C compiler (cc) to make what turns them")
    return Clock(at_home)


@pytest.fixture(scope="module")
def trial(at_home: Path, clock: Clock, rows: list[Row]) -> Iterator[Trial]:
    with used(at_home, rows, clock.settings()) as found:
        yield found


# Each begins where the one before left it.
@pytest.mark.parametrize(
    ("name", "ahead_s"),
    [
        ("a minute forwards", 60),
        ("a minute back", 0),
        ("an hour forwards", HOUR_S),
        ("an hour back", 0),
        ("an hour back, from the true time", -HOUR_S),
        ("an hour forwards, to the true time", 0),
    ],
)
def test_the_clock_jumps(trial: Trial, clock: Clock, name: str, ahead_s: int) -> None:
    trial.of(Fault(GROUP, name, lambda: clock.turn(ahead_s)))
