"""Well-kept libraries' models on the same split, behind one function each: scores for histories.

Settings: the ones that their authors or Rendle et al. 2022 and Steck 2020 give for MovieLens 1M,
else the best of a small grid on the validation viewers.
"""

import warnings
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO

import numpy as np
import numpy.typing as npt
from implicit.nearest_neighbours import CosineRecommender
from irspack import EDLAERecommender, IALSRecommender
from scipy import sparse

from matinee.recommendations.rules.arrays import Scores

Score = Callable[[sparse.csr_matrix], npt.NDArray[np.float32]]
"""Scores of every item for some histories, shape (n_viewers, n_items)."""


def popularity(train: sparse.csr_matrix) -> Score:
    """How many watched each."""
    counts = np.asarray(train.sum(axis=0), dtype=np.float32).ravel()
    return lambda shown: np.tile(counts, (shown.shape[0], 1))


def item_knn(train: sparse.csr_matrix) -> Score:
    """implicit: cosine between items, 100 neighbours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = CosineRecommender(K=100, num_threads=1)
        model.fit(train, show_progress=False)
    return lambda shown: np.asarray((shown @ model.similarity).todense(), dtype=np.float32)


def edlae(train: sparse.csr_matrix) -> Score:
    """irspack: EDLAE (Steck 2020)."""
    model = EDLAERecommender(train, reg=300.0, dropout_p=0.35).learn()
    return lambda shown: np.asarray(model.get_score_cold_user(shown), dtype=np.float32)


def als(train: sparse.csr_matrix) -> Score:
    """irspack: implicit ALS as revisited by Rendle et al. 2022."""
    with redirect_stdout(StringIO()):  # it draws its progress there
        model = IALSRecommender(
            train, n_components=128, alpha0=0.1, reg=0.01, n_threads=1, train_epochs=10
        ).learn()
    return lambda shown: np.asarray(model.get_score_cold_user(shown), dtype=np.float32)


def standard(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Each viewer's scores with mean zero and deviation one."""
    spread = scores.std(axis=1, keepdims=True)
    found: Scores = (scores - scores.mean(axis=1, keepdims=True)) / spread
    return found
