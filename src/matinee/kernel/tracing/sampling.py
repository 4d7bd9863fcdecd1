"""Which requests are looked at: few enough to cost nothing, whatever strangers ask for."""

from dataclasses import dataclass


@dataclass
class Allowance:
    """Lets through so many a second, and as many at once (a token bucket)."""

    per_s: float
    left: float
    at_s: float = 0.0

    def takes(self, now_s: float) -> bool:
        """Whether one more is let through at a time that never goes back."""
        gained = max(0.0, now_s - self.at_s) * self.per_s
        self.left = min(self.per_s, self.left + gained)
        self.at_s = max(self.at_s, now_s)
        if self.left < 1:
            return False
        self.left -= 1
        return True
