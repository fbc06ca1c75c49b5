"""How good a classifier is: accuracy, F1, calibration error, what it keeps; each with its interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Interval:
    """A measured value, and between which values it lies in so many resamplings of the documents."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}–{self.high:.3f})"


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which confidence on a label is said, what share of all is then kept, and what share of those is right."""

    at: float
    kept: float
    right: float


def confusion(truth: Ints, guessed: Ints, classes: int) -> Ints:
    """Return how often each class (row) was taken for each (column)."""
    counts = np.bincount(truth * classes + guessed, minlength=classes * classes)
    return counts.reshape(classes, classes).astype(np.int64)


def accuracy(truth: Ints, guessed: Ints) -> float:
    """Return the share that is right, 0 where there is nothing."""
    return float(np.mean(truth == guessed)) if len(truth) else 0.0


def f1_by_class(truth: Ints, guessed: Ints, classes: int) -> Floats:
    """Return each class's F1; NaN for one that is neither in the truth nor guessed."""
    table = confusion(truth, guessed, classes).astype(np.float64)
    both = table.sum(axis=0) + table.sum(axis=1)
    scores: Floats = np.divide(2 * np.diag(table), both, out=np.full(classes, np.nan), where=both > 0)
    return scores


def macro_f1(truth: Ints, guessed: Ints, classes: int) -> float:
    """Return the mean F1 of the classes that occur, every class counting the same."""
    scores = f1_by_class(truth, guessed, classes)
    return float(np.nanmean(scores)) if np.isfinite(scores).any() else 0.0


def calibration_error(confidence: Floats, right: Flags, bins: int = 15) -> float:
    """Return the expected calibration error over bins of equal width (Guo et al., 2017)."""
    if not len(confidence):
        return 0.0
    place = np.clip((confidence * bins).astype(np.int64), 0, bins - 1)
    said = np.bincount(place, weights=confidence, minlength=bins)
    held = np.bincount(place, weights=right.astype(np.float64), minlength=bins)
    return float(np.abs(said - held).sum() / len(confidence))


def keeping(confidence: Floats, right: Flags, wanted: float = 0.95) -> Threshold:
    """Return the lowest threshold from which on at least the wanted share is right.

    Where no threshold reaches it, nothing is kept, and ``at`` is above 1.
    """
    if not len(confidence):
        return Threshold(1.01, 0.0, 0.0)
    order = np.argsort(-confidence, kind="stable")
    sure, held = confidence[order], np.cumsum(right[order])
    share = held / np.arange(1, len(order) + 1)
    # Equal confidences are kept or left together.
    last = np.append(sure[1:] != sure[:-1], True)
    places = np.flatnonzero((share >= wanted) & last)
    if not len(places):
        return Threshold(1.01, 0.0, 0.0)
    place = int(places[-1])
    return Threshold(float(sure[place]), (place + 1) / len(order), float(share[place]))


def kept_at(confidence: Floats, right: Flags, at: float) -> Threshold:
    """Return what a given threshold keeps, and what share of that is right (0 where nothing is kept)."""
    kept = confidence >= at
    return Threshold(at, float(kept.mean()) if len(kept) else 0.0, float(right[kept].mean()) if kept.any() else 0.0)


def bootstrap(
    groups: Sequence[str],
    statistic: Callable[[Ints], float],
    rounds: int = 1000,
    seed: int = 0,
    level: float = 0.95,
) -> Interval:
    """Measure on all, and on as many documents drawn again and again with replacement.

    ``statistic`` is given the places of samples, of which some come several times; NaN is left out of the interval.
    Documents are drawn, not samples: those of one document resemble each other, and intervals over samples would be too
    narrow.
    """
    names, place = np.unique(np.asarray(groups), return_inverse=True)
    members = [np.flatnonzero(place == number) for number in range(len(names))]
    value = statistic(np.arange(len(place)))
    draw = np.random.default_rng(seed)
    values = []
    for _ in range(rounds):
        drawn = np.concatenate([members[number] for number in draw.integers(0, len(names), len(names))])
        values.append(statistic(drawn))
    low, high = np.nanquantile(values, [(1 - level) / 2, (1 + level) / 2])
    return Interval(value, float(low), float(high))
