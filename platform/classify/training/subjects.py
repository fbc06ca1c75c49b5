"""Heads of subjects: one logistic regression each, over principal components of the features that heads are made of.

Which pictures show what is given by eye; what is doubtful counts half, and as much for as against. Documents of many
pictures count less than their number. How sure a score is, and from where on it is told, is read from pictures of the
training documents that were not learnt from.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...learning.calibration import fitted_logistic
from ...learning.folds import grouped_folds
from ...learning.metrics import keeping
from ..backbone import CHANNELS, TOP
from ..genre import LOOKS, MADE_SO
from ..heads import Floats, Head, Ints, standardised
from ..subjects import Weights, chance

Numbers = NDArray[np.float64]

#: Of the whole what it shows, of what is on the sheet and of the part all, and what goes together in these two: each
#: counts the same, however many numbers it has.
_COLUMNS: tuple[Ints, ...] = (LOOKS[0][2 * CHANNELS : 2 * CHANNELS + TOP], LOOKS[1], LOOKS[2], *MADE_SO[3:])
_COMPONENTS = 250
#: Holds the weights of components down.
_RIDGE = 3e-5
#: Confidences are found in so many folds, made so many times: one of them alone is chance where few pictures show it.
_INNER, _AGAIN = 4, 3
_STEPS = 10
#: The constant beside the components.
_ONE = 0.3
#: What is doubtful.
DOUBTFUL = 0.5


@dataclass(frozen=True, slots=True)
class Marked:
    """Pictures with what they show.

    ``features`` have one row a picture, as `genre.described` gives them; ``truth`` has a column a subject: 1 where it
    is shown, 0 where not, `DOUBTFUL` where one may say so or not. ``documents`` are those that the pictures come from.
    """

    features: Floats
    truth: Numbers
    documents: tuple[str, ...]
    subjects: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.documents)

    def __getitem__(self, places: Ints) -> Marked:
        documents = tuple(self.documents[place] for place in places)
        return Marked(self.features[places], self.truth[places], documents, self.subjects)

    def folds(self, count: int, seed: int) -> Ints:
        """Return each picture's fold, documents whole, every fold as like the others in subjects as that allows."""
        often = (self.truth == 1).sum(axis=0)
        rarest = [min(np.flatnonzero(row == 1), key=lambda place: int(often[place]), default=-1) for row in self.truth]
        return grouped_folds(self.documents, [str(place) for place in rarest], count, seed)


def learnt(marked: Marked) -> Head:
    """Return a head that has learnt from pictures; its scores are not calibrated."""
    mean, scale = marked.features.mean(axis=0), marked.features.std(axis=0) + np.float32(1e-3)
    used = np.concatenate(_COLUMNS)
    # So many numbers as a look has: each look's components count the same.
    even = np.concatenate([np.full(len(each), (len(each) * len(_COLUMNS)) ** -0.5, np.float32) for each in _COLUMNS])
    rows = standardised(marked.features, mean, scale)[:, used] * even
    values, vectors = np.linalg.eigh(rows @ rows.T)
    kept = min(_COMPONENTS, int((values > values[-1] * 1e-4).sum()))
    basis = rows.T @ (vectors[:, -kept:] / np.sqrt(values[-kept:]))
    components = np.concatenate([rows @ basis, np.full((len(rows), 1), _ONE)], axis=1).astype(np.float64)
    often = Counter(marked.documents)
    counts = np.array([often[document] ** -0.5 for document in marked.documents])
    solved = np.stack(
        [
            _logistic(components, truth, counts / counts.sum() * np.where(truth == DOUBTFUL, 0.5, 1.0))
            for truth in marked.truth.T
        ],
        axis=1,
    )
    weights = np.zeros((marked.features.shape[1], len(marked.subjects)), np.float32)
    weights[used] = even[:, None] * (basis @ solved[:-1].astype(np.float32))
    return Head(mean, scale, weights, (_ONE * solved[-1]).astype(np.float32))


def fitted(marked: Marked, version: str, seed: int, right: float) -> Weights:
    """Learn from all pictures, and find from where on so many of those told are right, among pictures held out."""
    head = learnt(marked)
    held = np.concatenate([_held_out(marked, seed + more) for more in range(_AGAIN)])
    truths = np.concatenate([marked.truth] * _AGAIN)
    slopes, starts, thresholds = [], [], []
    for truth, scores in zip(truths.T, held.T, strict=True):
        sure = truth != DOUBTFUL
        curve = fitted_logistic(chance(scores[sure]), truth[sure] == 1)
        slopes.append(curve.slope)
        starts.append(curve.start)
        likely = chance(scores[sure] * curve.slope + curve.start)
        thresholds.append(keeping(likely, truth[sure] == 1, right).at)
    calibrated = Head(
        head.mean,
        head.scale,
        np.asarray(head.weights * np.array(slopes, np.float32), np.float32),
        np.asarray(head.bias * np.array(slopes, np.float32) + np.array(starts, np.float32)),
    )
    return Weights(version, marked.subjects, calibrated, np.array(thresholds))


def _held_out(marked: Marked, seed: int) -> Floats:
    """Return the scores of heads that did not learn from the pictures' documents."""
    held, folds = np.zeros(marked.truth.shape, np.float32), marked.folds(_INNER, seed)
    for number in range(_INNER):
        held[folds == number] = learnt(marked[np.flatnonzero(folds != number)])(marked.features[folds == number])
    return held


def _logistic(rows: Numbers, truth: Numbers, counts: Numbers) -> Numbers:
    """Solve a logistic regression by Newton's method; the last column is the constant, which nothing holds down."""
    hold = np.full(rows.shape[1], _RIDGE)
    hold[-1] *= 1e-3
    weights = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        likely = chance(rows @ weights)
        slope = rows.T @ (counts * (likely - truth)) + hold * weights
        curve = (rows * (counts * likely * (1 - likely))[:, None]).T @ rows
        curve[np.diag_indices_from(curve)] += hold
        weights -= np.linalg.solve(curve, slope)
    return weights
