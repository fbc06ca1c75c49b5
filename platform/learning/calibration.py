"""Making confidences mean what they say: temperature for classes, isotonic regression for scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def softmax(logits: Floats) -> Floats:
    """Return probabilities over the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def fitted_temperature(logits: Floats, truth: Ints) -> float:
    """Return the number that logits are divided by so that held-out samples are likeliest (Guo et al., 2017).

    Fit it on samples that the model did not learn from. Searched between 1/20 and 20; 1 where there are no samples.
    """
    if not len(truth):
        return 1.0

    def surprise(power: float) -> float:
        likely = softmax(logits / np.exp(power))[np.arange(len(truth)), truth]
        return float(-np.log(np.maximum(likely, 1e-12)).mean())

    low, high = float(np.log(0.05)), float(np.log(20))
    ratio = (5**0.5 - 1) / 2
    for _ in range(60):  # golden section: the surprise has one valley
        one, other = high - ratio * (high - low), low + ratio * (high - low)
        if surprise(one) < surprise(other):
            high = other
        else:
            low = one
    return float(np.exp((low + high) / 2))


@dataclass(frozen=True, slots=True)
class Isotonic:
    """A rising curve from a score to the share that is right: straight between its points, flat beyond them."""

    scores: tuple[float, ...]
    shares: tuple[float, ...]

    def __call__(self, scores: Floats) -> Floats:
        """Return the calibrated confidences of scores."""
        return np.interp(scores, self.scores, self.shares)


def fitted_isotonic(scores: Floats, right: Flags) -> Isotonic:
    """Fit the curve to held-out scores by pooling adjacent violators; the identity where there are none.

    No step says 0 or 1: as far from them as the rule of succession puts it for as many samples as the step has.
    """
    if not len(scores):
        return Isotonic((0.0, 1.0), (0.0, 1.0))
    order = np.argsort(scores, kind="stable")
    blocks: list[list[float]] = []  # sum of right ones, how many, sum of scores
    for place in order:
        blocks.append([float(right[place]), 1.0, float(scores[place])])
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] >= blocks[-1][0] * blocks[-2][1]:
            last = blocks.pop()
            blocks[-1] = [one + other for one, other in zip(blocks[-1], last, strict=True)]
    points = [(total / number, held, number) for held, number, total in blocks]
    middles = tuple(middle for middle, _, _ in points)
    shares = tuple(min(max(held / number, 1 / (number + 2)), (number + 1) / (number + 2)) for _, held, number in points)
    return Isotonic(middles, tuple(np.maximum.accumulate(shares).tolist()))
