"""Heads over frozen features: solved, not searched, so that the same data give the same weights on any machine.

Two kinds, whose scores are added. Straight ones: ridge regression on the principal components of each look's features,
one column a class. Kernels, on the features that say how a picture is made: likeness to some of the pictures learnt
from (Nyström's approximation of kernel ridge regression); paper, ink and strokes together tell a technique, none alone
does. A temperature that held-out documents give makes confidences of the scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..heads import Floats, Head, Ints, Kernel, likeness, standardised
from .configuration import Learning

_SAMPLE = 1200
# The constant beside the components: small, so that it is held down no more than they are.
_ONE = 0.3


@dataclass(frozen=True, slots=True)
class Components:
    """What a picture comes to: of each look the components, 1 in the last column to a weight; of each kernel, too."""

    looks: tuple[Floats, ...]
    kernels: tuple[Floats, ...]

    def __getitem__(self, places: Ints) -> Components:
        return Components(tuple(look[places] for look in self.looks), tuple(rows[places] for rows in self.kernels))


@dataclass(frozen=True, slots=True)
class Projection:
    """Features to principal components, each look's apart: standardised, clipped, turned.

    ``columns`` are those of the features that belong to each look, ``made`` those of each kernel; ``bases`` and
    ``turns`` turn them. ``widths`` are the kernels'.
    """

    mean: Floats
    scale: Floats
    columns: tuple[Ints, ...]
    bases: tuple[Floats, ...]
    made: tuple[Ints, ...]
    turns: tuple[Floats, ...]
    widths: tuple[float, ...]

    def __call__(self, features: Floats) -> Components:
        """Return the components, one row a picture."""
        rows = standardised(features, self.mean, self.scale)
        ones = np.full((len(rows), 1), _ONE, np.float32)
        return Components(
            tuple(
                np.concatenate([rows[:, columns] @ basis, ones], axis=1)
                for columns, basis in zip(self.columns, self.bases, strict=True)
            ),
            tuple(rows[:, columns] @ basis for columns, basis in zip(self.made, self.turns, strict=True)),
        )


@dataclass(frozen=True, slots=True)
class Solution:
    """Of each look the weights of its components, by class; of each kernel the centres and what they bring."""

    looks: tuple[Floats, ...]
    centres: tuple[Floats, ...]
    gains: tuple[Floats, ...]


def fitted_projection(
    features: Floats,
    weights: NDArray[np.float64],
    columns: tuple[Ints, ...],
    made: tuple[Ints, ...],
    learning: Learning,
    seed: int,
) -> Projection:
    """Fit the projection to some 1,200 pictures of those given, drawn by their weights."""
    chosen = _drawn(weights, _SAMPLE, seed)
    sample = features[chosen].astype(np.float32)
    mean, scale = sample.mean(axis=0), sample.std(axis=0) + np.float32(1e-3)
    rows = standardised(sample, mean, scale)
    bases = tuple(_basis(rows[:, each], learning.components) for each in columns)
    turns = tuple(_basis(rows[:, each], learning.kernel_components) for each in made)
    lengths = [((rows[:, each] @ turn) ** 2).sum(axis=1) for each, turn in zip(made, turns, strict=True)]
    widths = tuple(max(2 * float(np.median(each)), 1e-6) for each in lengths)
    return Projection(mean, scale, columns, bases, made, turns, widths)


def _drawn(weights: NDArray[np.float64], count: int, seed: int) -> Ints:
    """Draw so many places without replacement, those of greater weight sooner: rare classes are not left out."""
    keys = np.random.default_rng(seed).random(len(weights)) ** (weights.mean() / np.maximum(weights, 1e-9))
    return np.asarray(np.argsort(-keys, kind="stable")[:count], np.int64)


def _basis(rows: Floats, components: int) -> Floats:
    values, vectors = np.linalg.eigh(rows @ rows.T)
    kept = min(components, int((values > values[-1] * 1e-5).sum()))
    basis = rows.T @ (vectors[:, -kept:] / np.sqrt(values[-kept:]))
    return np.asarray(basis / np.float32(np.sqrt(rows.shape[1])), np.float32)


def solved(
    components: Components,
    widths: Sequence[float],
    truth: Ints,
    weights: NDArray[np.float64],
    classes: int,
    learning: Learning,
) -> Solution:
    """Return the weights of components, by class.

    Looks and kernels are solved apart and their scores added: what one sees wrongly, the other cannot have been
    trained to rely on.
    """
    share = (weights / weights.sum())[:, None].astype(np.float32)
    answers = np.eye(classes, dtype=np.float32)[truth]
    looks = []
    for look, ridge, counts in zip(components.looks, learning.ridge, learning.looks, strict=False):
        left = ((look * share).T @ look).astype(np.float64)
        left[np.diag_indices_from(left)] += ridge
        looks.append((counts * np.linalg.solve(left, (look * share).T @ answers)).astype(np.float32))
    chosen = _drawn(weights, learning.centres, 0)
    centres, gains = [], []
    for each, width, counts in zip(components.kernels, widths, learning.kernels, strict=False):
        centre = each[chosen]
        rows = likeness(each, centre, width)
        left = ((rows * share).T @ rows).astype(np.float64)
        left += learning.kernel_ridge / len(truth) * likeness(centre, centre, width)
        left[np.diag_indices_from(left)] += 1e-6
        gain = np.linalg.solve(left, (rows * share).T @ (answers - np.float32(1 / classes)))
        centres.append(centre)
        gains.append((counts * gain).astype(np.float32))
    return Solution(tuple(looks), tuple(centres), tuple(gains))


def scores(components: Components, widths: Sequence[float], solution: Solution) -> NDArray[np.float64]:
    """Return the scores of components under a solution."""
    added = [look @ weights for look, weights in zip(components.looks, solution.looks, strict=True)]
    kernels = zip(components.kernels, solution.centres, widths, solution.gains, strict=True)
    added += [likeness(rows, centres, width) @ gains for rows, centres, width, gains in kernels]
    return np.asarray(np.sum(added, axis=0), np.float64)


def unfolded(projection: Projection, solution: Solution) -> Head:
    """Return projection and solution as one head over the features themselves."""
    weights = np.zeros((len(projection.mean), solution.looks[0].shape[1]), np.float32)
    bias = np.zeros(solution.looks[0].shape[1], np.float32)
    for columns, basis, straight in zip(projection.columns, projection.bases, solution.looks, strict=True):
        weights[columns] += basis @ straight[:-1]
        bias += np.float32(_ONE) * straight[-1]
    kernels = zip(projection.made, projection.turns, solution.centres, projection.widths, solution.gains, strict=True)
    return Head(projection.mean, projection.scale, weights, bias, tuple(Kernel(*kernel) for kernel in kernels))
