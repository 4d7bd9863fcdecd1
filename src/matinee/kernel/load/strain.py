"""Whether more is asked of a process than it can answer, as it sees that itself."""

import math
from dataclasses import dataclass, field

from matinee.kernel.load import limit as limits
from matinee.kernel.load.admission import PATIENCE_S
from matinee.kernel.load.worth import Worth

# A queue that stands: nobody of so many in a row, for so long, waited less than this.
STANDING_S = PATIENCE_S[Worth.AHEAD]
_IN_A_ROW = 20
_SPELL_S = 0.1
# So few in so long a time are only a queue where they hold up all threads.
_LONG_SPELL_S = 2.0
_FEW_IN_A_ROW = 8
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
    """What was seen since a moment; counts and times by worth."""

    begun_s: float
    arrived: int = 0
    least_wait_s: float = math.inf
    at_once: int = 0
    counts: list[int] = field(default_factory=lambda: [0] * len(Worth))
    took_s: list[float] = field(default_factory=lambda: [0.0] * len(Worth))


class Strain:
    """Follows waits and latencies in spells of at least a tenth of a second.

    Told of every request, by one thread at a time; moments are seconds of any clock that does not
    go back.
    """

    def __init__(self) -> None:
        self.is_strained = False
        self.limit = limits.MOST
        self._usual_s = {worth: Least() for worth in _STEADY}
        self._spell = _Spell(0.0)

    def arrived(self, now_s: float, waited_s: float) -> None:
        """A request has come to the head of the line."""
        spell = self._spell
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
        spell, self._spell = self._spell, _Spell(now_s)
        self.is_strained = spell.least_wait_s > STANDING_S and spell.arrived >= _FEW_IN_A_ROW
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
