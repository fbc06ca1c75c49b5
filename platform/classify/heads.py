"""What is learnt from features: a score for each class. It knows no picture; `training.heads` solves it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

#: Features further from their mean than so many deviations count as so far: prints in strong colours are.
CLIP = 6.0


def standardised(features: Floats, mean: Floats, scale: Floats) -> Floats:
    """Return features in deviations from their mean, clipped."""
    return np.asarray(np.clip((features - mean) / scale, -CLIP, CLIP), np.float32)


@dataclass(frozen=True, slots=True)
class Kernel:
    """Scores by likeness to pictures that were learnt from.

    ``columns`` are those of the standardised features that it sees, ``basis`` turns them into components, ``centres``
    are the pictures, in components, ``width`` is the squared distance at which likeness has fallen to 1/e, ``gains``
    say how much each class gains from the likeness to each.
    """

    columns: Ints
    basis: Floats
    centres: Floats
    width: float
    gains: Floats

    def __call__(self, rows: Floats) -> Floats:
        """Return a score for each class of standardised features, one row a picture."""
        return np.asarray(likeness(rows[:, self.columns] @ self.basis, self.centres, self.width) @ self.gains)


def likeness(rows: Floats, centres: Floats, width: float) -> Floats:
    """Return how like each row is to each centre, 0 to 1."""
    squares = (rows**2).sum(axis=1)[:, None] + (centres**2).sum(axis=1) - 2 * rows @ centres.T
    return np.asarray(np.exp(-squares / np.float32(width)), np.float32)


@dataclass(frozen=True, slots=True)
class Head:
    """Features to scores: straight ones of all features, and those of kernels, added."""

    mean: Floats
    scale: Floats
    weights: Floats
    bias: Floats
    kernels: tuple[Kernel, ...] = ()

    def __call__(self, features: Floats) -> Floats:
        """Return a score for each class, one row a picture."""
        rows = standardised(features, self.mean, self.scale)
        scores = rows @ self.weights + self.bias
        for kernel in self.kernels:
            scores = scores + kernel(rows)
        return np.asarray(scores, np.float32)
