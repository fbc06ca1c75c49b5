"""The two commands: train a classifier, and measure one; both from a configuration and a folder of data."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ...errors import UsageError
from ...learning.folds import learning_subsets
from ...learning.samples import Sample, check_samples
from ..backbone import Backbone
from ..genre import Weights
from .bank import Bank, filled
from .configuration import Training, read_training
from .lessons import lessons
from .measuring import Fitted, Known, Measured, cross_validated, fitted
from .reporting import Report, card, reported
from .telling import told_apart

#: Hears how many lessons of how many were looked at.
Told = Callable[[int, int], None]
_SHARES = (0.25, 0.5, 0.75)
# A part of fewer documents is no point of a curve: its folds would lack classes.
_FEWEST = 20


def evaluate(configuration: Path, data: Path, backbone: Backbone, *, kept: Path | None, told: Told) -> Report:
    """Measure by cross-validation what a configuration gives. ``kept``: a file that features are kept in between runs.

    Raises SettingsError, FormatError, UsageError and ModelError.
    """
    training = read_training(configuration)
    bank, known = _looked_at(training, data, backbone, kept, told)
    return _measured(training, bank, known)


def train(
    configuration: Path, data: Path, backbone: Backbone, target: Path, *, kept: Path | None, told: Told
) -> Report:
    """Measure, then train on everything; write the weights to ``target`` and the model card beside it (``.md``).

    Raises SettingsError, FormatError, UsageError and ModelError.
    """
    started = time.process_time()
    training = read_training(configuration)
    bank, known = _looked_at(training, data, backbone, kept, told)
    report = _measured(training, bank, known)
    one = fitted(bank, known, np.arange(len(bank.lessons)), training.learning, training.learning.seeds[0])
    weights = weights_of(training, known, one)
    target.parent.mkdir(parents=True, exist_ok=True)
    weights.save(target)
    written = card(training, bank, known, report, time.process_time() - started, weights.threshold)
    target.with_suffix(".md").write_text(written, "utf-8")
    return report


def weights_of(training: Training, known: Known, one: Fitted) -> Weights:
    """Return what is kept of a training. A class that ``facets`` does not name is a subject of its own name."""
    facets = {name: dict(training.facets.get(name, {"subject": name})) for name in known.classes}
    return Weights(training.name, training.version, known.classes, facets, one.head, one.temperature, one.threshold)


def _looked_at(training: Training, data: Path, backbone: Backbone, kept: Path | None, told: Told) -> tuple[Bank, Known]:
    learning = training.learning
    if not learning.seeds:
        raise UsageError("'seeds' is empty; one is needed at least")
    given = lessons(training, data, learning.seeds[0])
    scored = [Sample(Path(one.name), one.label, min(one.groups), one.source) for one in given if one.scored]
    check_samples(scored, training.name)
    bank = filled(given, backbone, kept, told)
    return bank, Known.of(bank, training.classes)


def _measured(training: Training, bank: Bank, known: Known) -> Report:
    learning = training.learning
    measured = [cross_validated(bank, known, learning, seed) for seed in learning.seeds]
    seeds = [scored for scored, _ in measured]
    few = told_apart(known, [found for _, found in measured], training.found)
    return reported(bank, known, seeds, learning.right, _curve(training, bank, known, seeds[0]), few)


def _curve(training: Training, bank: Bank, known: Known, whole: Measured) -> list[tuple[float, int, Measured]]:
    """Measure heads that learnt from parts of the documents alone."""
    documents = [min(known.groups[place]) for place in np.flatnonzero(bank.scored)]
    curve = []
    for share, rows in learning_subsets(documents, _SHARES, training.learning.seeds[0]).items():
        kept = {documents[row] for row in rows}
        if len(kept) < _FEWEST:
            continue
        left_out = set(documents) - kept
        among = np.array([n for n, groups in enumerate(known.groups) if not groups & left_out], np.int64)
        measured, _ = cross_validated(bank, known, training.learning, training.learning.seeds[0], among)
        curve.append((share, len(among), measured))
    return [*curve, (1.0, len(bank.lessons), whole)]
