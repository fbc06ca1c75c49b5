"""Illustrations and pages as documents of Elasticsearch."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..analysis import analyse, ways
from ..contents import NOISE, PICTURE, facet_values, shown, texts, weight
from ..documents import IndexDocument, IndexPage, tidy
from ..orders import order_keys
from .mapping import PAGE, SPACE, WORDS, order_field
from .spaces import space_name


def body(of: IndexDocument | IndexPage) -> dict[str, Any]:
    """Return the document of an illustration or a page."""
    return _illustration(of) if isinstance(of, IndexDocument) else _page(of)


def _page(page: IndexPage) -> dict[str, Any]:
    return {
        "id": page.id,
        "type": PAGE,
        "document": page.document,
        "number": page.number,
        WORDS: _analysed([page.text], page),
    }


def _illustration(document: IndexDocument) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": document.id,
        "type": NOISE if document.noise else PICTURE,
        "page": document.page,
        "document": document.document,
        "text": {name: _analysed(given, document) for name, given in texts(document).items() if given},
        "facet": {facet: values for facet, values in facet_values(document).items() if values},
        "labels": [
            {
                "concept": tidy(label.concept),
                "facet": label.facet,
                "confidence": min(max(label.confidence, 0.0), 1.0),
                "run": tidy(label.run),
            }
            for label in document.labels
        ],
        "order": {order_field(name).partition(".")[2]: key for name, key in order_keys(document).items()},
        "weight": weight(document),
        "shown": shown(document),
    }
    if document.vectors:
        made[SPACE] = [vector.run for vector in document.vectors]
        made["vector"] = {space_name(vector.run): _shortest(vector.values) for vector in document.vectors}
    first, last = document.date_start, document.date_end or document.date_start
    if first and last:
        made["dates"] = {"gte": min(first, last).isoformat(), "lte": max(first, last).isoformat()}
        made |= {"year_first": first.year, "year_last": last.year}
    return made


def _shortest(values: NDArray[np.float16]) -> list[float]:
    """Return numbers of half precision in as few digits as tell them apart."""
    return [float(str(value)) for value in values]


def _analysed(texts: list[str], of: IndexDocument | IndexPage) -> dict[str, list[str]]:
    return {way or "printed": [" ".join(analyse(text, way)) for text in texts] for way in ways(of.languages)}
