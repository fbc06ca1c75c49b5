"""Training a head, and measuring it: folds by document, calibration inside the training folds alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...learning.calibration import fitted_temperature, softmax
from ...learning.folds import grouped_folds
from ...learning.metrics import keeping
from ..heads import Head
from .bank import Bank
from .configuration import Learning
from .heads import fitted_projection, scores, solved, unfolded

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
    """What heads said, under one seed, of pictures that they did not learn from.

    ``places`` are those of the lessons in the bank; ``said`` are calibrated probabilities; ``threshold`` is for
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
    truth, weight = known.truth[places], weighed(known, places, learning)
    projection = fitted_projection(bank.features[places], weight, bank.columns, bank.made, learning, seed)
    components, widths = projection(bank.features[places]), projection.widths
    solution = solved(components, widths, truth, weight, count, learning)
    held_out, answers = list[Floats](), list[Ints]()
    scored = bank.scored[places]
    for learnt, measured in _folds(known, places, scored, learning.inner, seed + 1):
        part = solved(components[learnt], widths, truth[learnt], weight[learnt], count, learning)
        held_out.append(scores(components[measured], widths, part))
        answers.append(truth[measured])
    inner, right = np.concatenate(held_out), np.concatenate(answers)
    temperature = fitted_temperature(inner, right)
    said = softmax(inner / temperature)
    threshold = keeping(said.max(axis=1), said.argmax(axis=1) == right, learning.right).at
    return Fitted(unfolded(projection, solution), temperature, min(threshold, 1.0))


def _folds(
    known: Known,
    places: Ints,
    scored: NDArray[np.bool_],
    folds: int,
    seed: int,
    apart: NDArray[np.bool_] | None = None,
) -> list[tuple[Ints, Ints]]:
    """Return for each fold which of the places are learnt from and which are measured on; documents are kept whole.

    What is measured ``apart`` is in the fold of its document; those that hold nothing scored are dealt out in turn.
    """
    chosen = np.flatnonzero(scored)
    documents = [min(known.groups[places[place]]) for place in chosen]
    labels = [known.classes[known.truth[places[place]]] for place in chosen]
    fold = grouped_folds(documents, labels, folds, seed)
    fold_of = dict(zip(documents, fold.tolist(), strict=True))
    others = np.zeros(len(places), bool) if apart is None else apart & ~scored
    unscored = sorted({min(known.groups[places[place]]) for place in np.flatnonzero(others)} - set(fold_of))
    fold_of |= {name: number % folds for number, name in enumerate(unscored)}
    inside = [{fold_of.get(group, -1) for group in known.groups[place]} for place in places]
    return [
        (
            np.array([n for n, of in enumerate(inside) if number not in of], np.int64),
            np.array([n for n, of in enumerate(inside) if (scored[n] or others[n]) and number in of], np.int64),
        )
        for number in range(folds)
    ]


def cross_validated(
    bank: Bank, known: Known, learning: Learning, seed: int, among: Ints | None = None
) -> tuple[Measured, Measured]:
    """Measure by heads that learnt from no document of a picture's fold, in any form.

    Returns what was said of every scored picture, and of those that are measured apart (`Lesson.found`). ``among`` are
    the lessons that may be learnt from, all unless given: a learning curve gives fewer.
    """
    everything = np.arange(len(bank.lessons))
    allowed = np.ones(len(everything), bool) if among is None else np.isin(everything, among)
    said = np.zeros((len(everything), len(known.classes)))
    threshold = np.zeros(len(everything))
    for learnt, measured in _folds(known, everything, bank.scored, learning.folds, seed, bank.found):
        one = fitted(bank, known, learnt[allowed[learnt]], learning, seed)
        said[measured] = softmax(one.head(bank.features[measured]).astype(np.float64) / one.temperature)
        threshold[measured] = one.threshold
    scored, found = (
        Measured(chosen, known.truth[chosen], said[chosen], threshold[chosen])
        for chosen in (np.flatnonzero(bank.scored), np.flatnonzero(bank.found))
    )
    return scored, found
