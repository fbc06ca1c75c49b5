"""Making confidences mean what they say: temperature for classes, a logistic curve for scores."""

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
class Logistic:
    """A logistic curve from the log-odds of a score to those of being right: two numbers, for few samples."""

    slope: float
    start: float

    def __call__(self, scores: Floats) -> Floats:
        """Return the calibrated confidences of scores."""
        confidence: Floats = 1 / (1 + np.exp(-(self.slope * _odds(scores) + self.start)))
        return confidence


def fitted_logistic(scores: Floats, right: Flags) -> Logistic:
    """Fit the curve to held-out scores by Newton's method (Platt, 1999); the identity where there are none."""
    weights = np.array([1.0, 0.0])
    if not len(scores):
        return Logistic(*weights)
    given = np.stack([_odds(scores), np.ones(len(scores))], axis=1)
    hold = 1e-3 * np.eye(2)
    for _ in range(50):
        chance = 1 / (1 + np.exp(-(given @ weights).clip(-40, 40)))
        slope = given.T @ (chance - right) + hold @ weights
        curve = (given * (chance * (1 - chance))[:, None]).T @ given + hold
        weights -= np.linalg.solve(curve, slope)
    return Logistic(float(weights[0]), float(weights[1]))


def _odds(scores: Floats) -> Floats:
    kept = np.clip(scores, 1e-4, 1 - 1e-4)
    return np.asarray(np.log(kept / (1 - kept)))
