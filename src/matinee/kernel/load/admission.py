"""Who is let in: by what a request is worth, how long it waited, and how many are being answered.

Requests wait in one line, in the order in which they came. The wait of the one at its head tells
how much too much is asked, at once and without a controller: each worth has its own patience, and
who waited longer is turned away, which costs next to nothing. So the line stays about as long as
the patience of the worth of which only some get in; everything above it is let in, having waited
no longer than that. Bounding queues by the time that requests spend in them, not by their number,
is what CoDel does for packets (Nichols and Jacobson, "Controlling Queue Delay", ACM Queue 10(5),
2012) and what services have taken over (Maurer, "Fail at Scale", ACM Queue 13(8), 2015); turning
away by worth what waited too long is DAGOR's (Zhou et al., "Overload Control for Scaling WeChat
Microservices", SoCC 2018).

Where threads are held up by an engine rather than by computing, the wait comes too late: then a
worth may have no more than its share of the limit that `limit` finds.
"""

import math
from enum import Enum

from matinee.kernel.load.worth import Worth

# Seconds in the line. Below the least of them nobody is ever turned away.
PATIENCE_S = {
    Worth.AHEAD: 0.1,
    Worth.TELLING: 0.2,
    Worth.ASIDE: 0.3,
    Worth.PAGES: 0.6,
    Worth.COMING_IN: 1.0,
    Worth.PLAY: 3.0,
    Worth.GOING_ON: 5.0,
}
# A page that is kept ready costs so little that it is given while others still get their turn.
SPARE_S = PATIENCE_S[Worth.COMING_IN]
# Of the limit on requests that are answered at the same time; plays may have all threads there are.
SHARE = {
    Worth.AHEAD: 0.3,
    Worth.TELLING: 0.4,
    Worth.ASIDE: 0.5,
    Worth.PAGES: 0.7,
    Worth.COMING_IN: 0.85,
    Worth.PLAY: math.inf,
    Worth.GOING_ON: math.inf,
}
# Seconds, the earliest and the latest, after which somebody turned away comes again while the line
# is as long as their patience. They are drawn from, so that not all who were turned away together
# come back together.
AGAIN_S = {
    Worth.AHEAD: (15, 45),
    Worth.TELLING: (5, 15),
    Worth.ASIDE: (2, 6),
    Worth.PAGES: (2, 5),
    Worth.COMING_IN: (1, 4),
    Worth.PLAY: (1, 3),
    Worth.GOING_ON: (1, 2),
}

# Seconds; nobody who waits for something is told to come later than that.
AGAIN_S_MAX = 60


class Outcome(Enum):
    """What becomes of a request at the door."""

    IN = "in"
    SPARE = "spare"
    """Only what is kept ready is to be given."""
    OUT = "out"


def outcome(worth: Worth, waited_s: float, among: int, limit: float) -> Outcome:
    """What becomes of a request in a process under strain.

    It waited `waited_s`; `among` others are being answered, of which the process stands `limit`.
    """
    if waited_s <= PATIENCE_S[worth] and among < max(1.0, SHARE[worth] * limit):
        return Outcome.IN
    is_page = worth is Worth.PAGES
    return Outcome.SPARE if is_page and waited_s <= SPARE_S else Outcome.OUT


def again_s(worth: Worth, drawn: float, line_s: float) -> int:
    """After how many seconds to come again; `drawn` is a number from 0 up to 1.

    The longer the line, the later, in proportion: who is turned away costs little, but those who
    come again and again would soon be all that is asked, and take the time that plays need.
    """
    earliest, latest = AGAIN_S[worth]
    usual_s = earliest + int(drawn * (latest - earliest + 1))
    return min(AGAIN_S_MAX, int(usual_s * max(1.0, line_s / PATIENCE_S[worth])))
