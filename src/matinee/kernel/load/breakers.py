"""Circuit breakers: who did not answer several times in a row is left alone for a while.

After Nygard, "Release It!" (2007), chapter 5. Without one, every caller waits out its time for a
service that is gone, and holds a thread that others need.
"""

from dataclasses import dataclass

OPENS_AFTER = 5
# Seconds that a service is left alone, longer each time that it is asked in vain.
PAUSES_S = (0.5, 1.0, 2.0, 4.0, 5.0)


@dataclass
class Breaker:
    """What is known of one service; moments are seconds of a clock that does not go back."""

    failures: int = 0
    asks_again_s: float = 0.0

    def may_ask(self, now_s: float) -> bool:
        """Whether to ask now. Of a pause that is over, one caller tries it; the others wait on."""
        if self.failures < OPENS_AFTER:
            return True
        if now_s < self.asks_again_s:
            return False
        self.asks_again_s = now_s + self._pause_s()
        return True

    def went_well(self) -> None:
        """It answered."""
        self.failures = 0

    def failed(self, now_s: float) -> None:
        """It did not answer, or said that it cannot."""
        self.failures += 1
        if self.failures >= OPENS_AFTER:
            self.asks_again_s = now_s + self._pause_s()

    def _pause_s(self) -> float:
        return PAUSES_S[min(max(0, self.failures - OPENS_AFTER), len(PAUSES_S) - 1)]
