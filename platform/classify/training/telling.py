"""How well few classes are told apart, on pictures that were found on pages: photograph or drawing, say, or other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...learning.metrics import Interval, accuracy, bootstrap, calibration_error, confusion, f1_by_class
from .measuring import Ints, Known, Measured

#: What a class counts as that the configuration does not name.
OTHER = "other"
_ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class Found:
    """What was measured: ``all`` by measure; how often each class (row) was taken for each, `OTHER` being the last."""

    classes: tuple[str, ...]
    pictures: int
    documents: int
    all: Mapping[str, Interval]
    mistaken: tuple[tuple[int, ...], ...]


def told_apart(known: Known, seeds: Sequence[Measured], meaning: Mapping[str, str]) -> Found | None:
    """Add up what heads said of classes that count as one; means over seeds, intervals over documents.

    The macro-F1 is that of the classes that ``meaning`` names: pictures taken for another are missed.
    """
    if not seeds or not len(seeds[0].places) or not meaning:
        return None
    names = (*sorted(set(meaning.values())), OTHER)
    of = np.array([names.index(meaning.get(name, OTHER)) for name in known.classes], np.int64)
    truth = of[seeds[0].truth]
    likely = [one.said @ np.eye(len(names))[of] for one in seeds]
    guesses = [each.argmax(axis=1) for each in likely]

    def right(rows: Ints) -> float:
        return float(np.mean([accuracy(truth[rows], guess[rows]) for guess in guesses]))

    def f1(rows: Ints) -> float:
        scores = [f1_by_class(truth[rows], guess[rows], len(names))[:-1] for guess in guesses]
        return float(np.nanmean(scores))

    def calibration(rows: Ints) -> float:
        return float(
            np.mean(
                [
                    calibration_error(each[rows].max(axis=1), np.asarray(guess[rows] == truth[rows]))
                    for each, guess in zip(likely, guesses, strict=True)
                ]
            )
        )

    documents = [min(known.groups[place]) for place in seeds[0].places]
    measures = {"accuracy": right, "macro_f1": f1, "calibration": calibration}
    table = np.sum([confusion(truth, guess, len(names)) for guess in guesses], axis=0)
    return Found(
        names,
        len(truth),
        len(set(documents)),
        {name: bootstrap(documents, measure, _ROUNDS) for name, measure in measures.items()},
        tuple(tuple(int(number) for number in row) for row in table),
    )
