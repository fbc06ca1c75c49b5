"""What OCR and METS say that a region is, as labels of a run of their own."""

from __future__ import annotations

from collections.abc import Iterable

from ..records import Label
from ..vocabulary import vocabulary
from .regions import PICTURE_WORDS, Candidate
from .runs import LABEL_RUN
from .structure import Told

_FACETS = ("technique", "function", "subject")
# Nobody measured these: a workshop that marks a region looked at it; one that marks what is around it may have meant
# the whole, and the title of an article says it by chance.
_OF_REGION, _OF_GROUP, _OF_TITLE = 0.95, 0.85, 0.75
# Functions that what is around a picture passes on to it.
_PASSED_ON = {
    "advertisement", "comic", "cartoon", "crossword", "game", "map", "chart", "fashion-plate", "sheet-music",
}  # fmt: skip


def find_labels(candidate: Candidate, told: Told | None) -> tuple[Label, ...]:
    """Return the labels of a region, each concept once with the best confidence, sorted."""
    best: dict[tuple[str, str], float] = {}
    _say(best, candidate.words, _OF_REGION)
    _pass_on(best, candidate.around, _OF_GROUP)
    if told is not None:
        _pass_on(best, told.kinds, _OF_GROUP)
        _pass_on(best, told.titles, _OF_TITLE)
    return tuple(sorted(Label(*concept, confidence, LABEL_RUN.id) for concept, confidence in best.items()))


def _say(best: dict[tuple[str, str], float], words: Iterable[str], confidence: float) -> None:
    for word in words:
        for facet in _FACETS:
            concept = vocabulary().find(facet, word) if word.lower() not in PICTURE_WORDS else None
            if concept is not None:
                key = (concept.id, facet)
                best[key] = max(best.get(key, 0.0), confidence)


def _pass_on(best: dict[tuple[str, str], float], words: Iterable[str], confidence: float) -> None:
    for word in words:
        concept = vocabulary().find("function", word)
        if concept is not None and concept.id in _PASSED_ON:
            key = (concept.id, "function")
            best[key] = max(best.get(key, 0.0), confidence)
