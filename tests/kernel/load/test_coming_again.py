"""A crowd that comes again whenever it is turned away, as the web app does, and what becomes of it.

Time is the simulation's own; one process does one thing after the other.
"""

import heapq
import random
from collections import Counter
from dataclasses import dataclass, field

import pytest

from matinee.kernel.load.admission import Outcome, again_s, outcome
from matinee.kernel.load.strain import Strain
from matinee.kernel.load.worth import Worth

# A process that answers 250 requests a second, and to which turning one away is a tenth of that.
COST_S = {Outcome.IN: 0.004, Outcome.SPARE: 0.0008, Outcome.OUT: 0.0004}
PER_S = 250.0
MIX = {
    Worth.AHEAD: 0.3,
    Worth.ASIDE: 0.2,
    Worth.PAGES: 0.35,
    Worth.PLAY: 0.05,
    Worth.GOING_ON: 0.1,
}
# As in web/src/api/crowd.ts; what is fetched ahead does not come again.
TRIES_MAX, SPREAD = 8, 0.25
SPIKE_S, OVER_S, END_S = 5.0, 45.0, 60.0


@dataclass(order=True)
class Request:
    at_s: float
    number: int
    worth: Worth
    tried: int = 1


@dataclass
class Crowd:
    """Asks at `calm` a second, and in between as many `times` as much."""

    times: float
    calm: float = PER_S / 5
    drawn: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 - the same each time
    requests: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        at_s = 0.0
        while at_s < END_S:
            rate = self.calm * (self.times if SPIKE_S <= at_s < OVER_S else 1.0)
            at_s += self.drawn.expovariate(rate)
            worth = self.drawn.choices(list(MIX), list(MIX.values()))[0]
            self.requests.append(Request(at_s, len(self.requests), worth))

    def comes_again(self, request: Request, now_s: float, line_s: float) -> bool:
        """Have one who was turned away come again; False if they give up."""
        if request.worth is Worth.AHEAD or request.tried >= TRIES_MAX:
            return False
        wait_s = again_s(request.worth, self.drawn.random(), line_s)
        at_s = now_s + wait_s * (1 + SPREAD * self.drawn.random())
        again = Request(at_s, request.number, request.worth, request.tried + 1)
        heapq.heappush(self.requests, again)
        return True


def ridden(crowd: Crowd) -> Counter[tuple[Worth, bool]]:
    """How many of each worth were answered, and how many gave up."""
    strain, free_s = Strain(), 0.0
    seen: Counter[tuple[Worth, bool]] = Counter()
    while crowd.requests:
        request = heapq.heappop(crowd.requests)
        now_s = max(free_s, request.at_s)
        waited_s = now_s - request.at_s
        strain.arrived(now_s, waited_s)
        became = Outcome.IN
        if strain.is_strained:
            became = outcome(request.worth, waited_s, 1, strain.limit)
        free_s = now_s + COST_S[became]
        if became is not Outcome.OUT:
            seen[request.worth, True] += 1
        elif not crowd.comes_again(request, now_s, strain.line_s):
            seen[request.worth, False] += 1
    return seen


@pytest.mark.parametrize("times", [10, 20])
def test_those_who_come_again_take_nothing_from_plays(times: int) -> None:
    seen = ridden(Crowd(times))
    for worth in (Worth.PAGES, Worth.PLAY, Worth.GOING_ON):
        assert seen[worth, False] == 0
        assert seen[worth, True] > 0
    assert seen[Worth.AHEAD, False] > 9 * seen[Worth.AHEAD, True]
