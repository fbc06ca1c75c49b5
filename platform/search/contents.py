"""What an index holds of an illustration, whatever index it is: texts, values of facets, weight, what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..identity import digest
from .documents import IndexDocument, tidy
from .names import LABEL_FACETS

#: The text fields that are indexed; ``label`` is looked up in the vocabulary instead.
TEXT_FIELDS: Final = ("caption", "title", "text", "document", "creator")
PICTURE, NOISE = "picture", "noise"


def texts(document: IndexDocument) -> Mapping[str, list[str]]:
    """Return the texts of each of `TEXT_FIELDS`, without those that are empty."""
    given = {
        "caption": [document.caption],
        "title": [document.title],
        "text": [document.text_before, document.text_after],
        "document": [document.document_title, document.series_title],
        "creator": [document.creators],
    }
    return {name: [text for text in some if text] for name, some in given.items()}


def facet_values(document: IndexDocument) -> Mapping[str, list[str]]:
    """Return the values of each facet, tidy, each once."""
    labels = {
        facet: tuple(label.concept for label in document.labels if label.facet == facet) for facet in LABEL_FACETS
    }
    given = labels | {
        "colour_mode": (document.colour_mode,),
        "size": (document.size,),
        "shape": (document.shape,),
        "provider": (document.provider,),
        "source": (document.source,),
        "series": (document.series,),
        "document": (document.document,),
        "language": document.languages,
        "kind": (document.kind,),
        "licence": (document.licence,),
        "front_page": ("true" if document.front_page else "false",),
        "rotation": (document.rotation,),
    }
    return {facet: list(dict.fromkeys(filter(None, map(tidy, values)))) for facet, values in given.items()}


def shown(document: IndexDocument) -> list[Any]:
    """Return what `estampe.search.highlighting.highlights` shows of a hit."""
    texts = document.caption, document.title, document.text_before, document.text_after, document.document_title
    return [*texts, document.languages]


def weight(document: IndexDocument) -> float:
    """Return what lets the larger of two pictures that fit equally well come first; of equal ones always the same."""
    return 0.5 * document.share + (twin(document.id) & 0xFFFFF) * 2e-9


def hundredths(confidence: float) -> int:
    """Return a confidence in whole hundredths, rounded down, so that a filter never shows less than it promises."""
    return int(min(max(confidence, 0.0), 1.0) * 100 + 1e-9)


def twin(identifier: str) -> int:
    """Return the number that stands for an id in a column."""
    return int(digest(identifier, 15), 16)
