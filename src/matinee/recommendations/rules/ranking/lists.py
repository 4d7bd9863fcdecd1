"""Labelled lists: candidates as a viewer would have seen them, and which of them they took."""

from dataclasses import dataclass

import numpy as np

from matinee.recommendations.rules.arrays import Mask
from matinee.recommendations.rules.ranking.signals import FEATURES, Columns


@dataclass(frozen=True)
class Lists:
    """The features of each candidate, and whether it was taken; lists one after the other."""

    features: Columns
    taken: Mask

    def __len__(self) -> int:
        return len(self.taken)


def joined(parts: list[Lists]) -> Lists:
    """Several lists as one value."""
    if not parts:
        return Lists(np.zeros((0, FEATURES), dtype=np.float32), np.zeros(0, dtype=bool))
    return Lists(
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.taken for part in parts]),
    )
