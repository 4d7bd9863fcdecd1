"""Many numbers as three: enough for their mean and their variance, and nobody's any more."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Tally:
    """How many numbers, their mean, and the sum of their squared distances from it."""

    n: int = 0
    mean: float = 0.0
    squares: float = 0.0

    @property
    def variance(self) -> float:
        """The variance of what they are a sample of; zero for fewer than two."""
        return self.squares / (self.n - 1) if self.n > 1 else 0.0

    def with_numbers(self, numbers: Sequence[float]) -> "Tally":
        """With these numbers, too; exact to rounding whatever their size.

        Chan, Golub and LeVeque 1983, "Algorithms for computing the sample variance", equation 2.1b.
        """
        count = len(numbers)
        if not count:
            return self
        mean = sum(numbers) / count
        squares = sum((number - mean) ** 2 for number in numbers)
        n, apart = self.n + count, mean - self.mean
        return Tally(
            n,
            self.mean + apart * count / n,
            self.squares + squares + apart * apart * self.n * count / n,
        )
