"""Whether more is asked of a process than it can answer, as it sees that itself."""

import math
from dataclasses import dataclass, field

from matinee.kernel.load import limit as limits
from matinee.kernel.load.admission import PATIENCE_S
from matinee.kernel.load.worth import Worth

# A queue that stands: nobody of so many in a row, for so long, waited less than this. A machine
# that does much else lets single requests wait as long, and bursts of them; that is no queue.
STANDING_S = 0.25
_IN_A_ROW = 20
_SPELL_S = 0.5
# Of so few in so long a time that is only said where they hold up all threads.
_LONG_SPELL_S = 2.0
# It is over when somebody waited no longer than this.
_OVER_S = PATIENCE_S[Worth.AHEAD]
# What these take is much the same each time; an upload, an export or a sign-in tells nothing.
_STEADY = (Worth.PAGES, Worth.PLAY, Worth.GOING_ON)
# What was not seen for so long is no measure of what is usual any more.
_KEPT_S = 600.0
_PARTS = 10


class Least:
    """The least of what was measured within the last ten minutes."""

    def __init__(self) -> None:
        self._part = -1
        self._now = math.inf
        self._before: list[float] = []

    def note(self, now_s: float, value: float) -> float:
        """The least, with `value` measured now."""
        part = int(now_s * _PARTS / _KEPT_S)
        if part != self._part:
            skipped = part - self._part if self._part >= 0 else 1
            gone = [self._now, *[math.inf] * min(_PARTS, skipped - 1)]
            self._before = [*self._before, *gone][-_PARTS:]
            self._part, self._now = part, math.inf
        self._now = min(self._now, value)
        return min(self._now, *self._before)


@dataclass
class _Spell:
    """What was seen since the first one arrived; counts and times by worth."""

    begun_s: float = 0.0
    arrived: int = 0
    least_wait_s: float = math.inf
    at_once: int = 0
    counts: list[int] = field(default_factory=lambda: [0] * len(Worth))
    took_s: list[float] = field(default_factory=lambda: [0.0] * len(Worth))


class Strain:
    """Follows waits and latencies in spells of at least half a second.

    Told of every request, by one thread at a time; moments are seconds of any clock that does not
    go back.
    """

    def __init__(self) -> None:
        self.is_strained = False
        self.limit = limits.MOST
        self.line_s = 0.0
        """How long whoever came to the head of the line last had waited."""
        self._usual_s = {worth: Least() for worth in _STEADY}
        self._spell = _Spell()

    def arrived(self, now_s: float, waited_s: float) -> None:
        """A request has come to the head of the line."""
        self.line_s = waited_s
        spell = self._spell
        if not spell.arrived:
            spell.begun_s = now_s
        spell.arrived += 1
        spell.least_wait_s = min(spell.least_wait_s, waited_s)
        lasted_s = now_s - spell.begun_s
        if lasted_s >= _SPELL_S and (spell.arrived >= _IN_A_ROW or lasted_s >= _LONG_SPELL_S):
            self._conclude(now_s)

    def answered(self, worth: Worth, took_s: float, at_once: int) -> None:
        """A request was answered; with it, `at_once` were being so."""
        spell = self._spell
        spell.counts[worth] += 1
        spell.took_s[worth] += took_s
        spell.at_once = max(spell.at_once, at_once)

    def _conclude(self, now_s: float) -> None:
        spell, self._spell = self._spell, _Spell()
        waits = spell.least_wait_s > (_OVER_S if self.is_strained else STANDING_S)
        are_many = spell.arrived >= _IN_A_ROW
        self.is_strained = waits and (
            are_many or min(spell.arrived, spell.at_once) >= limits.THREADS
        )
        means = [
            (worth, spell.counts[worth], spell.took_s[worth] / spell.counts[worth])
            for worth in _STEADY
            if spell.counts[worth]
        ]
        latencies = [
            (count, mean_s, self._usual_s[worth].note(now_s, mean_s))
            for worth, count, mean_s in means
        ]
        self.limit = limits.next_limit(self.limit, limits.gradient(latencies), spell.at_once)
