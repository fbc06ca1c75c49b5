"""What trainings came to: tables for the terminal and for the model card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ...learning.cards import Card, Table, energy
from .configuration import Training
from .crossing import FOLDS
from .data import Data
from .measuring import (
    NAMES,
    OVERLAPS,
    Measure,
    Seen,
    Told,
    calibration,
    calibration_error,
    measured,
    threshold,
    told_as,
)

#: What the machine may draw at most, in watts: two cores of a server.
_WATTS: Final = 40.0
#: The columns of `Report.lines`.
COLUMNS: Final = ("source", "pages / pictures", "AP50", "AP75", "recall", "precision", "false on 100 pages without")


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured, at the threshold from which boxes are told.

    ``tables`` are measures by what they are of: of the cross-validation all pages first, then each source.
    ``calibrated`` are rising pairs of score and share of boxes that are right, ``error`` how far confidences are from
    that share on documents that did not decide it. ``kinds`` is what pictures of some sources are told as.
    """

    threshold: float
    tables: Mapping[str, tuple[Measure, ...]]
    calibrated: tuple[tuple[float, float], ...]
    error: float
    kinds: Told | None = None

    @property
    def lines(self) -> list[tuple[str, ...]]:
        """All measures as rows of a table."""
        return [line for name in self.tables for line in self.lines_of(name)]

    def lines_of(self, name: str) -> list[tuple[str, ...]]:
        """Return the measures of one part as rows of a table."""
        return [
            (
                one.name,
                f"{one.pages} / {one.pictures}",
                *(str(one.precision[at]) if one.pictures else "–" for at in OVERLAPS),
                f"{one.recall:.3f}" if one.pictures else "–",
                f"{one.sure:.3f}" if one.pictures else "–",
                f"{one.false_pages:.1f}" if one.empty else "–",
            )
            for one in self.tables[name]
        ]


def report(training: Training, found: Mapping[str, Sequence[Seen]]) -> Report:
    """Measure what was seen on pages that were held back."""
    apart = training.measuring.apart
    first = next(iter(found))
    kept = [one for one in found[first] if one.page.source not in apart]
    at = threshold(kept)
    tables: dict[str, tuple[Measure, ...]] = {}
    for name, seen in found.items():
        some = [one for one in seen if one.page.source not in apart]
        whole = "all" if name == FOLDS else name
        tables[name] = (measured(f"{whole} but {', '.join(apart)}" if apart and name == FOLDS else whole, some, at),)
        if name == FOLDS:
            tables[name] += tuple(_parts(seen, at))
    named = [one for one in found[first] if one.page.source in training.measuring.kinds]
    kinds = told_as(named, at) if named else None
    return Report(at, tables, tuple(calibration(kept)), calibration_error(kept), kinds)


def _parts(seen: Sequence[Seen], at: float) -> list[Measure]:
    """Measure each source, of classes of one's own each class."""
    ours = {one.sought for one in seen} == {"picture"}
    parts: dict[str, list[Seen]] = {}
    for one in seen:
        parts.setdefault(one.page.source if ours else one.sought, []).append(one)
    return [measured(name, parts[name], at) for name in sorted(parts)]


def card(training: Training, data: Data, found: Report | None, seconds: float) -> str:
    """Return the model card, in Markdown."""
    sources = {page.source: 0 for page in data.pages}
    for page in data.pages:
        sources[page.source] += 1
    learning, measuring = training.learning, training.measuring
    facts = [
        ("what for", f"finds on pages of any shape: {', '.join(training.classes)}"),
        ("begun from", training.base),
        ("pages learnt from", ", ".join(f"{name or 'unnamed'} {count}" for name, count in sorted(sources.items()))),
        ("pictures that pages were set with", str(len(data.pictures))),
        (
            "steps of small pages, of whole ones; pages a step; rate",
            f"{learning.early}, {learning.steps}; {learning.batch}; {learning.rate:g}",
        ),
        ("the last training took", energy(seconds, _WATTS)),
    ]
    tables = []
    if found:
        facts += [
            ("threshold", f"{found.threshold:.2f}"),
            ("calibration error, on other documents than it was learnt from", f"{found.error:.3f}"),
        ]
        seeds = f"seeds {', '.join(map(str, measuring.seeds))}, each counted as further pages"
        text = (
            f"Cross-validation over documents, {measuring.folds} folds, {seeds}; in brackets intervals of 95 % over "
            "documents drawn anew."
        )
        tables.append(Table("How well it finds them", text, COLUMNS, tuple(found.lines_of(FOLDS))))
        rest = [line for name in found.tables if name != FOLDS for line in found.lines_of(name)]
        if rest:
            text = "Measured on what was left out; a learning curve where that was folds of the documents."
            tables.append(Table("With less to learn from", text, ("learnt", *COLUMNS[1:]), tuple(rest)))
        if found.kinds:
            text = (
                f"Pictures found in {', '.join(measuring.kinds)}; rows: the truth. {found.kinds.accuracy} are right; "
                f"macro-F1 {found.kinds.f1}."
            )
            rows = [(name, *map(str, row)) for name, row in zip(NAMES, found.kinds.table, strict=True)]
            tables.append(Table("What they are told as", text, ("", *NAMES), tuple(rows)))
        pairs = tuple((f"{score:.3f}", f"{sure:.3f}") for score, sure in found.calibrated)
        tables.append(Table("What its scores mean", "", ("score", "share that is right"), pairs))
    sections = [(heading, text) for heading, text in training.card.items() if heading != "summary"]
    return Card(training.name, training.version, training.card.get("summary", ""), facts, tables, sections).markdown()
