"""A head over frozen features: solved, not searched, so that the same data give the same weights on any machine.

Ridge regression on the principal components of the features, one column a class; its scores, divided by a temperature
that held-out documents give, are the logits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

#: Features further from their mean than so many deviations count as so far: prints in strong colours are.
CLIP = 6.0
_SAMPLE = 2000


@dataclass(frozen=True, slots=True)
class Projection:
    """Features to principal components: standardised, clipped, turned."""

    mean: Floats
    scale: Floats
    basis: Floats

    def __call__(self, features: Floats) -> Floats:
        """Return the components, one row a picture."""
        return np.asarray(standardised(features, self.mean, self.scale) @ self.basis)


@dataclass(frozen=True, slots=True)
class Head:
    """Features to scores: what a training leaves."""

    mean: Floats
    scale: Floats
    weights: Floats
    bias: Floats

    def __call__(self, features: Floats) -> Floats:
        """Return a score for each class, one row a picture."""
        return np.asarray(standardised(features, self.mean, self.scale) @ self.weights + self.bias)


def standardised(features: Floats, mean: Floats, scale: Floats) -> Floats:
    """Return features in deviations from their mean, clipped."""
    return np.asarray(np.clip((features - mean) / scale, -CLIP, CLIP), np.float32)


def fitted_projection(features: Floats, components: int, seed: int) -> Projection:
    """Fit the projection to some 2,000 pictures of those given."""
    chosen = np.random.default_rng(seed).permutation(len(features))[:_SAMPLE]
    sample = features[chosen].astype(np.float32)
    mean, scale = sample.mean(axis=0), sample.std(axis=0) + np.float32(1e-3)
    rows = standardised(sample, mean, scale)
    values, vectors = np.linalg.eigh((rows @ rows.T).astype(np.float64))
    kept = min(components, int((values > values[-1] * 1e-7).sum()))
    basis = rows.T @ (vectors[:, -kept:] / np.sqrt(values[-kept:])).astype(np.float32)
    return Projection(mean, scale, basis / np.float32(np.sqrt(rows.shape[1])))


def solved(components: Floats, truth: Ints, weights: NDArray[np.float64], classes: int, ridge: float) -> Floats:
    """Return the weights of the components (and, in the last row, of 1), by class."""
    rows = np.concatenate([components, np.full((len(components), 1), _ONE, np.float32)], axis=1).astype(np.float64)
    share = (weights / weights.sum())[:, None]
    left = (rows * share).T @ rows
    left[np.diag_indices_from(left)] += ridge
    return np.linalg.solve(left, (rows * share).T @ np.eye(classes)[truth]).astype(np.float32)


_ONE = 0.3


def scores(components: Floats, solution: Floats) -> NDArray[np.float64]:
    """Return the scores of components under a solution."""
    return np.asarray(components @ solution[:-1] + np.float32(_ONE) * solution[-1], np.float64)


def unfolded(projection: Projection, solution: Floats) -> Head:
    """Return projection and solution as one head over the features themselves."""
    weights = projection.basis @ solution[:-1]
    return Head(projection.mean, projection.scale, weights, np.float32(_ONE) * solution[-1])
