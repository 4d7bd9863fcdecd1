"""Points for titles that hardly anybody has watched yet, from what they are made of.

A linear map from features to factors, learnt from the titles that are watched (Gantner et al. 2010,
"Learning Attribute-to-Feature Mappings for Cold-Start Recommendations", section 4.3).
"""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Scores

if TYPE_CHECKING:
    from scipy import sparse

# Chosen on titles of MovieLens 1M that were kept from the models.
RIDGE = 0.3
# From so many plays on, they say more of a title than what it is made of.
TRUST_HALF = 3.0
# Fewer plays than these place a title too badly to learn from.
_TAUGHT_FROM = 5

Factors = npt.NDArray[np.float32]
"""A point for each item, shape (n_items, n_factors)."""


def settled(made_of: "sparse.csr_matrix", factors: Factors, plays: Scores) -> Factors:
    """Every item's point, the more by its features the fewer `plays`, shape (n_items,), it has.

    `made_of` holds a row of features for each item. Without anything to learn from, points stay.
    """
    from sklearn.linear_model import Ridge  # noqa: PLC0415 - only training needs it

    taught = np.flatnonzero(plays >= _TAUGHT_FROM)
    unsure = np.flatnonzero(plays < 10 * TRUST_HALF)
    if len(taught) == 0 or len(unsure) == 0 or made_of.shape[1] == 0:
        return factors
    mapping = Ridge(alpha=RIDGE, solver="sparse_cg", tol=1e-3)
    mapping.fit(made_of[taught], factors[taught])
    trust = (plays[unsure] / (plays[unsure] + TRUST_HALF))[:, None]
    placed = factors.copy()
    placed[unsure] = trust * factors[unsure] + (1 - trust) * mapping.predict(made_of[unsure])
    return placed
