"""From which age items are fit to be seen, as the board of each country says."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from matinee.contracts.ratings import Rating, age_in, system_of

Ages = npt.NDArray[np.int16]


class Maturity:
    """The ages of all items; worked out once for each rating system that somebody lives under."""

    def __init__(self, ages: Sequence[int], ratings: Sequence[Sequence[Rating]]) -> None:
        self._anywhere: Ages = np.array(ages, dtype=np.int16)
        self._rated = [(item, own) for item, own in enumerate(ratings) if own]
        self._by_system: dict[str, Ages] = {}

    def ages(self, territory: str) -> Ages:
        """The age of each item in a territory (ISO 3166-1 alpha-2), shape (n_items,)."""
        code = system_of(territory).code
        known = self._by_system.get(code)
        if known is None:
            known = self._anywhere.copy()
            for item, own in self._rated:
                known[item] = age_in(int(known[item]), own, territory)
            # No more than there are systems.
            self._by_system[code] = known
        return known
