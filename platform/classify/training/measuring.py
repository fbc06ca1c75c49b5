"""Training a head, and measuring it: folds by document, calibration inside the training folds alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...learning.calibration import fitted_temperature, softmax
from ...learning.folds import grouped_folds
from ...learning.metrics import keeping
from .bank import Bank
from .configuration import Learning
from .heads import Head, fitted_projection, scores, solved, unfolded

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A head, the temperature of its scores, and the confidence from which on it is believed."""

    head: Head
    temperature: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What heads said, under one seed, of scored pictures that they did not learn from.

    ``places`` are those of the scored lessons in the bank; ``said`` are calibrated probabilities; ``threshold`` is for
    each picture the one of its fold's training.
    """

    places: Ints
    truth: Ints
    said: Floats
    threshold: Floats


@dataclass(frozen=True, slots=True)
class Known:
    """What training needs to know of the lessons: their classes as numbers, and their documents, twins joined."""

    classes: tuple[str, ...]
    truth: Ints
    groups: tuple[frozenset[str], ...]
    weight: Floats

    @classmethod
    def of(cls, bank: Bank, classes: Sequence[str]) -> Known:
        """Read a bank. ``classes`` in the order that the head shall have them; empty: sorted."""
        names = tuple(classes) or tuple(sorted({lesson.label for lesson in bank.lessons}))
        twins = bank.twins()
        groups = tuple(frozenset(twins.get(group, group) for group in lesson.groups) for lesson in bank.lessons)
        truth = np.array([names.index(lesson.label) for lesson in bank.lessons], np.int64)
        return cls(names, truth, groups, np.array([lesson.weight for lesson in bank.lessons]))


def weighed(known: Known, places: Ints, learning: Learning) -> Floats:
    """Return the weights of lessons, so that neither large documents nor frequent classes drown the others."""
    names: dict[frozenset[str], int] = {}
    document = np.array(
        [names.setdefault(known.groups[place] or frozenset({str(place)}), len(names)) for place in places]
    )
    weight = known.weight[places].astype(np.float64)
    weight /= np.bincount(document, weights=weight)[document] ** learning.documents
    by_class = np.bincount(known.truth[places], weights=weight, minlength=len(known.classes))
    return np.asarray(weight / by_class[known.truth[places]] ** learning.balance)


def fitted(bank: Bank, known: Known, places: Ints, learning: Learning, seed: int) -> Fitted:
    """Train on lessons: a head on all of them; its temperature and threshold from folds among them."""
    count = len(known.classes)
    projection = fitted_projection(bank.features[places], bank.columns, learning.components, seed)
    looks = projection(bank.features[places])
    truth, weight = known.truth[places], weighed(known, places, learning)
    solution = solved(looks, truth, weight, count, learning)
    held_out, answers = list[Floats](), list[Ints]()
    scored = bank.scored[places]
    for learnt, measured in _folds(known, places, scored, learning.inner, seed + 1):
        part = solved([look[learnt] for look in looks], truth[learnt], weight[learnt], count, learning)
        held_out.append(scores([look[measured] for look in looks], part))
        answers.append(truth[measured])
    inner, right = np.concatenate(held_out), np.concatenate(answers)
    temperature = fitted_temperature(inner, right)
    said = softmax(inner / temperature)
    threshold = keeping(said.max(axis=1), said.argmax(axis=1) == right, learning.right).at
    return Fitted(unfolded(projection, solution), temperature, min(threshold, 1.0))


def _folds(known: Known, places: Ints, scored: NDArray[np.bool_], folds: int, seed: int) -> list[tuple[Ints, Ints]]:
    """Return for each fold which of the places are learnt from and which are measured on; documents are kept whole."""
    chosen = np.flatnonzero(scored)
    documents = [min(known.groups[places[place]]) for place in chosen]
    labels = [known.classes[known.truth[places[place]]] for place in chosen]
    fold = grouped_folds(documents, labels, folds, seed)
    fold_of = dict(zip(documents, fold.tolist(), strict=True))
    inside = [{fold_of.get(group, -1) for group in known.groups[place]} for place in places]
    return [
        (np.array([n for n, of in enumerate(inside) if number not in of], np.int64), chosen[fold == number])
        for number in range(folds)
    ]


def cross_validated(bank: Bank, known: Known, learning: Learning, seed: int, among: Ints | None = None) -> Measured:
    """Measure on every scored picture, by heads that learnt from no document of its fold, in any form.

    ``among`` are the lessons that may be learnt from, all unless given: a learning curve gives fewer.
    """
    everything = np.arange(len(bank.lessons))
    allowed = np.ones(len(everything), bool) if among is None else np.isin(everything, among)
    chosen = np.flatnonzero(bank.scored)
    said = np.zeros((len(everything), len(known.classes)))
    threshold = np.zeros(len(everything))
    for learnt, measured in _folds(known, everything, bank.scored, learning.folds, seed):
        one = fitted(bank, known, learnt[allowed[learnt]], learning, seed)
        said[measured] = softmax(one.head(bank.features[measured]).astype(np.float64) / one.temperature)
        threshold[measured] = one.threshold
    return Measured(chosen, known.truth[chosen], said[chosen], threshold[chosen])
