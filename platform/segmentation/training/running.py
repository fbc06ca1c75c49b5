"""A whole training: measured by cross-validation, then learnt from everything, with a model card."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import keras

from ...learning.cards import Card, Table, energy
from ...learning.metrics import Interval
from ...weights import Models
from ..looking import KerasNetwork
from .configuration import Training, read_training
from .data import Data, read_data
from .learning import Told, learnt
from .measuring import OVERLAPS, Measure, Seen, calibration, looked, measured, threshold

#: What the machine may draw at most, in watts: two cores of a server.
_WATTS: Final = 40.0
#: Hears which of how many trainings has begun.
Began = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured: of all pages and of each source, at the threshold from which boxes are told.

    ``calibrated`` are rising pairs of score and share of boxes that are right.
    """

    threshold: float
    measures: tuple[Measure, ...]
    calibrated: tuple[tuple[float, float], ...]

    @property
    def lines(self) -> list[tuple[str, ...]]:
        """The measures as rows of a table."""
        return [
            (
                one.name,
                f"{one.pages} / {one.pictures}",
                *(_interval(one.precision[at]) if one.pictures else "–" for at in OVERLAPS),
                f"{one.recall:.3f}" if one.pictures else "–",
                f"{one.sure:.3f}" if one.pictures else "–",
                f"{one.false_pages:.1f}",
            )
            for one in self.measures
        ]


def _interval(value: Interval) -> str:
    return f"{value.value:.3f} ({value.low:.3f}–{value.high:.3f})"


#: The columns of `Report.lines`.
COLUMNS: Final = ("source", "pages / pictures", "AP50", "AP75", "recall", "precision", "false on 100 pages without")


def evaluate(
    configuration: Path, folder: Path, models: Models, *, began: Began, told: Told, without: str = ""
) -> Report:
    """Measure what a configuration gives: by cross-validation over documents, or on sources that are left out.

    Args:
        configuration: a TOML file (see `configuration`).
        folder: what its paths count from.
        models: where the network to begin from is.
        began: hears of each training that begins.
        told: hears how it goes on.
        without: names of sources, with commas, that are not learnt from but measured on.

    Raises:
        SettingsError, FormatError, UsageError, ModelError.

    """
    training = read_training(configuration)
    return _report(_crossed(training, read_data(training, folder), models, began, told, without))


def train(
    configuration: Path, folder: Path, models: Models, target: Path, *, measure: bool, began: Began, told: Told
) -> Report | None:
    """Measure, if wanted, then learn from everything; write the network, and beside it its card and form in LiteRT."""
    started = time.monotonic()
    training = read_training(configuration)
    data = read_data(training, folder)
    report = _report(_crossed(training, data, models, began, told, "")) if measure else None
    began(1, 1)
    seed = training.learning.seeds[0]
    network = learnt(_base(training, models), data, training.shares, training.learning, seed, told)
    target.parent.mkdir(parents=True, exist_ok=True)
    network.save(target)
    if keras.backend.backend() == "tensorflow":
        # What looks at pages on processors.
        network.export(target.with_suffix(".tflite"), format="litert", verbose=False)
    target.with_suffix(".md").write_text(_card(training, data, report, time.monotonic() - started), "utf-8")
    return report


def _crossed(
    training: Training, data: Data, models: Models, began: Began, told: Told, without: str
) -> list[list[Seen]]:
    """Return what was seen on pages of documents that were not learnt from, once for each seed."""
    learning = training.learning
    left_out = [name.strip() for name in without.split(",") if name.strip()]
    trainings: list[tuple[int, set[str]]] = []
    for seed in learning.seeds:
        if left_out:
            trainings.append((seed, {page.document for page in data.pages if page.source in left_out}))
            continue
        folds = data.folds(learning.folds, seed)
        trainings += [
            (seed, {page.document for page, at in zip(data.pages, folds, strict=True) if at == fold})
            for fold in range(learning.folds)
        ]
    seen: dict[int, list[Seen]] = {seed: [] for seed in learning.seeds}
    for number, (seed, documents) in enumerate(trainings, 1):
        began(number, len(trainings))
        network = learnt(_base(training, models), data.without(documents), training.shares, learning, seed, told)
        some = [page for page in data.pages if page.document in documents]
        seen[seed] += looked(KerasNetwork(network), some, training.classes, training.patch)
    return list(seen.values())


def _report(seeds: Sequence[Sequence[Seen]]) -> Report:
    seen = [one for some in seeds for one in some]
    at = threshold(seen)
    parted = _by_source if {one.kind for one in seen} == {"picture"} else _by_class
    parts = [measured(name, [one for one in seen if parted(one) == name], at) for name in sorted({*map(parted, seen)})]
    return Report(at, (measured("all", seen, at), *parts), tuple(calibration(seen)))


def _by_source(one: Seen) -> str:
    return one.page.source


def _by_class(one: Seen) -> str:
    return one.kind


def _base(training: Training, models: Models) -> keras.Model:
    return keras.saving.load_model(models.file(training.base), compile=False)


def _card(training: Training, data: Data, report: Report | None, seconds: float) -> str:
    sources = {page.source: 0 for page in data.pages}
    for page in data.pages:
        sources[page.source] += 1
    learning = training.learning
    facts = [
        ("what for", "finds pictures, ornaments and initials on pages of any shape"),
        ("begun from", training.base),
        ("pages learnt from", ", ".join(f"{name or 'unnamed'} {count}" for name, count in sorted(sources.items()))),
        ("pictures that pages were set with", str(len(data.pictures))),
        (
            "steps of small pages, of whole ones; pages a step; rate",
            f"{learning.early}, {learning.steps}; {learning.batch}; {learning.rate:g}",
        ),
        ("seeds", ", ".join(map(str, training.learning.seeds))),
        ("took", energy(seconds, _WATTS)),
    ]
    tables = []
    if report:
        facts.append(("threshold", f"{report.threshold:.2f}"))
        text = (
            f"Cross-validation over documents, {training.learning.folds} folds, each seed counted as further pages; "
            "in brackets intervals of 95 % over documents drawn anew."
        )
        tables.append(Table("How well it finds pictures", text, COLUMNS, tuple(report.lines)))
        pairs = tuple((f"{score:.3f}", f"{sure:.3f}") for score, sure in report.calibrated)
        tables.append(Table("What its scores mean", "", ("score", "share that is right"), pairs))
    sections = [(heading, text) for heading, text in training.card.items() if heading != "summary"]
    return Card(training.name, training.version, training.card.get("summary", ""), facts, tables, sections).markdown()
