"""What was measured, as numbers with intervals, and as a model card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...learning.cards import Card, Table, energy
from ...learning.metrics import (
    Interval,
    accuracy,
    bootstrap,
    calibration_error,
    confusion,
    f1_by_class,
    keeping,
    macro_f1,
)
from .bank import Bank
from .configuration import Training
from .measuring import Known, Measured
from .telling import Found

Ints = NDArray[np.int64]
_ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured: ``all`` by measure, then by class and source, what was mistaken, the learning curve.

    ``found`` is how well few classes are told apart, where the configuration asks for that.
    """

    all: Mapping[str, Interval]
    classes: tuple[tuple[str, int, float], ...]
    sources: tuple[tuple[str, int, Interval], ...]
    mistaken: tuple[tuple[int, ...], ...]
    mistakes: tuple[tuple[str, str, str, float], ...]
    curve: tuple[tuple[float, int, float, float], ...]
    found: Found | None = None


def reported(
    bank: Bank,
    known: Known,
    seeds: Sequence[Measured],
    right: float,
    curve: Sequence[tuple[float, int, Measured]],
    found: Found | None = None,
) -> Report:
    """Measure what heads said under each seed; means over seeds, intervals over documents."""
    first, count = seeds[0], len(known.classes)
    documents = [min(known.groups[place]) for place in first.places]
    measures = _measures(seeds, count, right)
    sources = [bank.lessons[place].source for place in first.places]
    by_source = []
    for source in sorted(set(sources)):
        rows = np.flatnonzero(np.array(sources) == source)
        few = [Measured(one.places[rows], one.truth[rows], one.said[rows], one.threshold[rows]) for one in seeds]
        inside = [documents[row] for row in rows]
        by_source.append((source, len(rows), bootstrap(inside, _measures(few, count, right)["accuracy"], _ROUNDS)))
    guesses = [one.said.argmax(axis=1) for one in seeds]
    scores = np.mean([f1_by_class(first.truth, guess, count) for guess in guesses], axis=0)
    table = np.sum([confusion(first.truth, guess, count) for guess in guesses], axis=0)
    return Report(
        {name: bootstrap(documents, measure, _ROUNDS) for name, measure in measures.items()},
        tuple(
            (name, int((first.truth == place).sum()), float(scores[place])) for place, name in enumerate(known.classes)
        ),
        tuple(by_source),
        tuple(tuple(int(number) for number in row) for row in table),
        _mistakes(bank, known, seeds),
        tuple(
            (
                share,
                number,
                accuracy(one.truth, one.said.argmax(axis=1)),
                macro_f1(one.truth, one.said.argmax(axis=1), count),
            )
            for share, number, one in curve
        ),
        found,
    )


def _measures(seeds: Sequence[Measured], count: int, right: float) -> dict[str, Callable[[Ints], float]]:
    """Return what is measured, as functions of the rows that are drawn; each is the mean over the seeds."""

    def mean(measure: Callable[[Measured, Ints], float]) -> Callable[[Ints], float]:
        return lambda rows: float(np.mean([measure(one, rows) for one in seeds]))

    def hit(one: Measured, rows: Ints) -> NDArray[np.bool_]:
        return np.asarray(one.said[rows].argmax(axis=1) == one.truth[rows])

    def believed(one: Measured, rows: Ints) -> NDArray[np.bool_]:
        return np.asarray(one.said[rows].max(axis=1) >= one.threshold[rows])

    def right_of_believed(one: Measured, rows: Ints) -> float:
        kept = believed(one, rows)
        return float(hit(one, rows)[kept].mean()) if kept.any() else 0.0

    return {
        "accuracy": mean(lambda one, rows: accuracy(one.truth[rows], one.said[rows].argmax(axis=1))),
        "macro_f1": mean(lambda one, rows: macro_f1(one.truth[rows], one.said[rows].argmax(axis=1), count)),
        "kept": mean(lambda one, rows: keeping(one.said[rows].max(axis=1), hit(one, rows), right).kept),
        "kept_shipped": mean(lambda one, rows: float(believed(one, rows).mean())),
        "right_shipped": mean(right_of_believed),
        "calibration": mean(lambda one, rows: calibration_error(one.said[rows].max(axis=1), hit(one, rows))),
    }


def _mistakes(bank: Bank, known: Known, seeds: Sequence[Measured]) -> tuple[tuple[str, str, str, float], ...]:
    """Return the twenty surest mistakes: picture, truth, what it was taken for, how surely."""
    said = np.mean([one.said for one in seeds], axis=0)
    best, sure = said.argmax(axis=1), said.max(axis=1)
    wrong = [int(row) for row in np.argsort(-sure) if best[row] != seeds[0].truth[row]][:20]
    return tuple(
        (
            bank.lessons[seeds[0].places[row]].name,
            known.classes[seeds[0].truth[row]],
            known.classes[best[row]],
            float(sure[row]),
        )
        for row in wrong
    )


_NAMES = {
    "accuracy": "accuracy",
    "macro_f1": "macro-F1",
    "kept": "share kept where {right:.0%} are right (threshold chosen on these pictures)",
    "kept_shipped": "share kept at the threshold that the training documents give",
    "right_shipped": "share right of what is kept so",
    "calibration": "calibration error (15 bins)",
}


def card(training: Training, bank: Bank, known: Known, report: Report, seconds: float, threshold: float) -> str:
    """Return the model card in Markdown."""
    own: Mapping[str, Any] = training.card
    kinds = Counter(lesson.made or "real" for lesson in bank.lessons)
    scored = bank.scored
    documents = len({min(known.groups[place]) for place in np.flatnonzero(scored)})
    facts = [
        ("classes", ", ".join(known.classes)),
        ("measured on", f"{int(scored.sum())} pictures of {documents} documents"),
        (
            "learnt from",
            f"{len(bank.lessons)}: " + ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items())),
        ),
        ("says nothing below", f"a confidence of {threshold:.2f}"),
        ("training took", energy(seconds, float(own.get("watts", 40)))),
        *((str(name), str(value)) for name, value in own.get("facts", {}).items()),
    ]
    folds, seeds = training.learning.folds, len(training.learning.seeds)
    how = (
        f"{folds} folds by document, {seeds} seeds; no picture of a test fold's documents was learnt from in any form. "
        "Temperature and threshold come from folds among the training documents. In brackets: where 95 % of 1,000 "
        "resamplings of the documents lie."
    )
    right = training.learning.right
    overall = tuple((_NAMES[name].format(right=right), str(value)) for name, value in report.all.items())
    by_class = tuple((name, str(number), f"{score:.2f}") for name, number, score in report.classes)
    by_source = tuple((name, str(number), str(value)) for name, number, value in report.sources)
    mistaken = tuple((name, *map(str, row)) for name, row in zip(known.classes, report.mistaken, strict=True))
    curve = tuple((f"{share:.0%}", str(number), f"{a:.3f}", f"{f:.3f}") for share, number, a, f in report.curve)
    surest = tuple((name, truth, said, f"{sure:.2f}") for name, truth, said, sure in report.mistakes)
    parts = "With a part of the scored documents, and what is made of them."
    tables = [
        Table("How good it is", how, ("measure", "value"), overall),
        Table("By class", "", ("class", "pictures", "F1"), by_class),
        Table("By source", "", ("source", "pictures", "accuracy"), by_source),
        Table("What is taken for what", "Rows: the truth. All seeds together.", ("", *known.classes), mistaken),
        Table("Learning curve", parts, ("share of documents", "lessons", "accuracy", "macro-F1"), curve),
        Table("Surest mistakes", "", ("picture", "labelled", "taken for", "confidence"), surest),
    ]
    if report.found:
        tables[3:3] = _few(report.found)
    sections = [(str(title), str(text)) for title, text in own.get("sections", {}).items()]
    summary = str(own.get("summary", f"A classifier of {len(known.classes)} classes, trained by `estampe train`."))
    return Card(training.name, training.version, summary, facts, tables, sections).markdown()


def _few(found: Found) -> list[Table]:
    """Return what the card tells of few classes told apart."""
    how = (
        f"{found.pictures} boxes of {found.documents} documents, cut out as they are labelled, by the heads that "
        "learnt from no picture of their documents. The macro-F1 is that of " + " and ".join(found.classes[:-1]) + "."
    )
    values = tuple((_NAMES[name], str(value)) for name, value in found.all.items())
    rows = tuple((name, *map(str, row)) for name, row in zip(found.classes, found.mistaken, strict=True) if any(row))
    return [
        Table("Class of what was found: " + ", ".join(found.classes), how, ("measure", "value"), values),
        Table("What was found, and what it is taken for", "All seeds together.", ("", *found.classes), rows),
    ]
