"""A head over frozen features: solved, not searched, so that the same data give the same weights on any machine.

Ridge regression on the principal components of each look's features, one column a class; the scores of all looks, added
and divided by a temperature that held-out documents give, are the logits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .configuration import Learning

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

#: Features further from their mean than so many deviations count as so far: prints in strong colours are.
CLIP = 6.0
_SAMPLE = 1200
# The constant beside the components: small, so that it is held down no more than they are.
_ONE = 0.3


@dataclass(frozen=True, slots=True)
class Projection:
    """Features to principal components, each look's apart: standardised, clipped, turned.

    ``columns`` are those of the features that belong to each look; ``bases`` turn them.
    """

    mean: Floats
    scale: Floats
    columns: tuple[Ints, ...]
    bases: tuple[Floats, ...]

    def __call__(self, features: Floats) -> list[Floats]:
        """Return the components of each look, one row a picture, 1 in the last column to a weight."""
        rows = standardised(features, self.mean, self.scale)
        ones = np.full((len(rows), 1), _ONE, np.float32)
        parts = zip(self.columns, self.bases, strict=True)
        return [np.concatenate([rows[:, columns] @ basis, ones], axis=1) for columns, basis in parts]


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


def fitted_projection(features: Floats, columns: tuple[Ints, ...], components: int, seed: int) -> Projection:
    """Fit the projection to some 1,200 pictures of those given."""
    chosen = np.random.default_rng(seed).permutation(len(features))[:_SAMPLE]
    sample = features[chosen].astype(np.float32)
    mean, scale = sample.mean(axis=0), sample.std(axis=0) + np.float32(1e-3)
    rows = standardised(sample, mean, scale)
    return Projection(mean, scale, columns, tuple(_basis(rows[:, each], components) for each in columns))


def _basis(rows: Floats, components: int) -> Floats:
    values, vectors = np.linalg.eigh((rows @ rows.T).astype(np.float64))
    kept = min(components, int((values > values[-1] * 1e-7).sum()))
    basis = rows.T @ (vectors[:, -kept:] / np.sqrt(values[-kept:])).astype(np.float32)
    return np.asarray(basis / np.float32(np.sqrt(rows.shape[1])), np.float32)


def solved(
    looks: Sequence[Floats], truth: Ints, weights: NDArray[np.float64], classes: int, learning: Learning
) -> list[Floats]:
    """Return for each look the weights of its components, by class.

    Looks are solved apart and their scores added: what one sees wrongly, the other cannot have been trained to rely on.
    """
    share = (weights / weights.sum())[:, None]
    solutions = []
    for look, ridge, counts in zip(looks, learning.ridge, learning.looks, strict=True):
        rows = look.astype(np.float64)
        left = (rows * share).T @ rows
        left[np.diag_indices_from(left)] += ridge
        solution = np.linalg.solve(left, (rows * share).T @ np.eye(classes)[truth])
        solutions.append((counts * solution).astype(np.float32))
    return solutions


def scores(looks: Sequence[Floats], solutions: Sequence[Floats]) -> NDArray[np.float64]:
    """Return the scores of components under a solution."""
    added = [look.astype(np.float64) @ solution for look, solution in zip(looks, solutions, strict=True)]
    return np.asarray(np.sum(added, axis=0), np.float64)


def unfolded(projection: Projection, solutions: Sequence[Floats]) -> Head:
    """Return projection and solution as one head over the features themselves."""
    weights = np.zeros((len(projection.mean), solutions[0].shape[1]), np.float32)
    bias = np.zeros(solutions[0].shape[1], np.float32)
    for columns, basis, solution in zip(projection.columns, projection.bases, solutions, strict=True):
        weights[columns] += basis @ solution[:-1]
        bias += np.float32(_ONE) * solution[-1]
    return Head(projection.mean, projection.scale, weights, bias)
