"""Bayesian linear regression: what is believed of a reward, and how firmly."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float64]
"""Shape (m, d)."""
Matrices = npt.NDArray[np.float64]
"""Shape (m, d, d)."""


@dataclass(frozen=True)
class Linear:
    """Beliefs about `m` linear functions of `d` features: normal, with mean and covariance."""

    mean: Vectors
    covariance: Matrices

    @classmethod
    def prior(cls, mean: Vectors, deviation: Vectors) -> Self:
        """Features that are independent of each other, shape (m, d) each."""
        return cls(mean, np.eye(mean.shape[1]) * (deviation**2)[:, None, :])

    def after(
        self, which: npt.NDArray[np.intp], features: Vectors, rewards: Vectors, noise: float
    ) -> Self:
        """The beliefs after rewards (k, 1) of the functions `which` (k,) for features (k, d).

        `noise` is the variance of a reward around its function (Bishop 2006, section 3.3.1).
        """
        shape = self.covariance.shape
        precision = np.linalg.inv(self.covariance)
        pulled = np.einsum("mde,me->md", precision, self.mean)
        seen = np.zeros((len(self.mean), shape[1] * shape[1]))
        outer = features[:, :, None] * features[:, None, :]
        np.add.at(seen, which, outer.reshape(-1, seen.shape[1]))
        np.add.at(pulled, which, features * rewards / noise)
        covariance = np.linalg.inv(precision + seen.reshape(shape) / noise).astype(np.float64)
        return type(self)(np.einsum("mde,me->md", covariance, pulled), covariance)

    def of(self, which: npt.NDArray[np.intp], features: Vectors) -> tuple[Vectors, Vectors]:
        """Mean and standard deviation of functions `which` (n, a) at features (n, d): (n, a)."""
        means = np.einsum("nad,nd->na", self.mean[which], features)
        variances = np.einsum("nd,nade,ne->na", features, self.covariance[which], features)
        return means, np.sqrt(np.maximum(variances, 0.0))
