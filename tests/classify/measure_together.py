"""How well it is told what pictures are that were found on pages: ``python -m tests.classify.measure_together``.

Photograph, drawing (plans are some) or other, in albums and drawings: what the classifier says by itself, what it says
with the detector, and what they say of a picture among the others of its page, or of its document. Neither learnt from
the document that a picture is of. What the detector's networks saw is read from ``models/detector-trials.jsonl``;
``--keep FILE`` keeps the features of pictures for the next time. Means over seeds of both, in brackets where 95 % of
resamplings of the documents lie.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from estampe.classify.backbone import Backbone
from estampe.classify.together import Rows, among, heard
from estampe.classify.training.bank import filled
from estampe.classify.training.configuration import Training, read_training
from estampe.classify.training.lessons import lessons
from estampe.classify.training.measuring import Known, cross_validated
from estampe.learning import coco
from estampe.learning.metrics import Ints, accuracy, bootstrap, calibration_error, f1_by_class
from estampe.progress import counter
from estampe.records import Box
from estampe.segmentation.training import crossing
from estampe.segmentation.training.configuration import read_training as read_detector
from estampe.segmentation.training.data import read_data
from estampe.settings import Settings
from estampe.weights import Models

from .page_truth import DATA

_MODELS = Path(__file__).resolve().parents[2] / "models"
_NAMES = ("photograph", "drawing", "other")
_MEANS = {"photograph": "photograph", "drawing": "drawing", "plan": "drawing"}
_SAME = 0.5


@dataclass(frozen=True, slots=True)
class _Found:
    """A picture of the truth: its page, its document, its box, and what it is, by its place in `_NAMES`."""

    page: str
    document: str
    box: Box
    truth: int


def main() -> None:
    """Print one row for each way of telling."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, metavar="FILE")
    given = parser.parse_args()
    training = read_training(_MODELS / "genre.toml")
    models = Models.open(Settings(), None)
    found, likely = _by_genre(training, models, given.keep)
    trials = _trials(models, {one.page for one in found})
    ways: dict[str, list[Rows]] = defaultdict(list)
    for rows in likely:
        ways["the classifier alone"].append(rows)
        for trial in trials:
            both = heard(rows, training.classes, [_shares(one, trial) for one in found])
            ways["with the detector"].append(both)
            ways["… among those of its page"].append(_company(both, [one.page for one in found]))
            ways["… among those of its document"].append(_company(both, [one.document for one in found]))
    documents = len({one.document for one in found})
    print(f"{len(found)} pictures of {documents} documents; {len(trials)} × {len(likely)} seeds")  # noqa: T201
    for way, every in ways.items():
        print(f"{way:<32} {_measured(found, training.classes, every)}")  # noqa: T201


def _by_genre(training: Training, models: Models, kept: Path | None) -> tuple[list[_Found], list[Rows]]:
    """Return the pictures, and what heads say of them that learnt from no picture of their documents, by seed."""
    [part] = [part for part in training.data if part.found]
    with counter(sys.stderr, "pictures") as told:
        given = lessons(training, DATA, training.learning.seeds[0])
        bank = filled(given, Backbone(models), kept, told)
    known = Known.of(bank, training.classes)
    measured = [cross_validated(bank, known, training.learning, seed)[1] for seed in training.learning.seeds]
    crops = coco.read_coco(DATA / part.coco).crops(smallest=20)
    samples = [one for one in crops if one.label in part.labels and one.source in part.sources]
    found = [
        _Found(
            sample.path.name,
            min(known.groups[place]),
            _box(sample.bounds or ()),
            _NAMES.index(_MEANS.get(part.labels[sample.label], "other")),
        )
        for place, sample in zip(measured[0].places, samples, strict=True)
    ]
    return found, [one.said for one in measured]


def _trials(models: Models, pages: set[str]) -> list[dict[str, list[tuple[Box, Mapping[str, float]]]]]:
    """Return what networks saw on pages that they did not learn from: a mapping from page to boxes for each seed.

    What ``models/detector-trials.jsonl`` has not is trained.
    """
    configuration = read_detector(_MODELS / "detector.toml")
    data = read_data(configuration, DATA)
    some = [trial for trial in crossing.trials(configuration, data) if trial.name == crossing.FOLDS]
    with counter(sys.stderr, "steps of training") as told:
        seen = crossing.tried(
            configuration,
            data,
            models,
            some,
            _MODELS / "detector-trials.jsonl",
            began=lambda *_: None,
            told=lambda step, steps, _: told(step, steps),
        )
    seeds: defaultdict[int, dict[str, list[tuple[Box, Mapping[str, float]]]]] = defaultdict(dict)
    for one in seen[crossing.FOLDS]:
        if one.page.path.name in pages:
            boxes = [(_box(box), own) for box, own in zip(one.found.boxes, one.shares, strict=False)]
            seeds[one.seed][one.page.path.name] = boxes
    return list(seeds.values())


def _box(sides: Sequence[float]) -> Box:
    x, y, w, h = map(round, sides)
    return Box(x, y, max(w, 1), max(h, 1))


def _shares(one: _Found, trial: Mapping[str, Sequence[tuple[Box, Mapping[str, float]]]]) -> Mapping[str, float]:
    best = max(trial[one.page], key=lambda seen: seen[0].iou(one.box), default=None)
    return best[1] if best and best[0].iou(one.box) >= _SAME else {}


def _company(rows: Rows, keys: Sequence[str]) -> Rows:
    told = rows.copy()
    for key in set(keys):
        own = np.flatnonzero([other == key for other in keys])
        told[own] = among(rows[own])
    return told


def _measured(found: Sequence[_Found], classes: Sequence[str], every: Sequence[Rows]) -> str:
    of = np.array([_NAMES.index(_MEANS.get(name, "other")) for name in classes])
    likely = [rows @ np.eye(len(_NAMES))[of] for rows in every]
    truth, documents = np.array([one.truth for one in found]), [one.document for one in found]
    measures: Mapping[str, Callable[[Ints, Rows], float]] = {
        "accuracy": lambda rows, said: accuracy(truth[rows], said[rows].argmax(axis=1)),
        "macro-F1": lambda rows, said: float(
            np.nanmean(f1_by_class(truth[rows], said[rows].argmax(axis=1), len(_NAMES))[:-1])
        ),
        "calibration error": lambda rows, said: calibration_error(
            said[rows].max(axis=1), np.asarray(said[rows].argmax(axis=1) == truth[rows])
        ),
    }

    def mean(measure: Callable[[Ints, Rows], float]) -> Callable[[Ints], float]:
        return lambda rows: float(np.mean([measure(rows, said) for said in likely]))

    return "  ".join(f"{name} {bootstrap(documents, mean(measure), 300)}" for name, measure in measures.items())


if __name__ == "__main__":
    main()
