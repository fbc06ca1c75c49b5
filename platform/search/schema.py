"""How an illustration and a page stand in a Tantivy index."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import tantivy

from ..identity import digest
from .analysis import WAYS, analyzer, normalise, ways
from .documents import IndexDocument, IndexPage, tidy
from .names import FACETS, LABEL_FACETS
from .orders import order_keys

#: Another number is another folder: an index of an older one is built anew.
SCHEMA_VERSION: Final = 1
#: The text fields that are indexed; ``label`` is looked up in the vocabulary instead.
TEXT_FIELDS: Final = ("caption", "title", "text", "document", "creator")
#: The field of Tantivy that sorts by each order but relevance.
ORDER_FIELDS: Final = {"document": "by_document", "date": "by_date", "-date": "by_date_down", "size": "by_size"}
PICTURE, NOISE = "picture", "noise"
_PAGE = "words"


def text_field(field: str, way: str) -> str:
    """Return the name of a text field, analysed in one of `WAYS`."""
    return f"{field}_{way or 'printed'}"


def page_field(way: str) -> str:
    """Return the name of the field of a page's words, analysed in one of `WAYS`."""
    return text_field(_PAGE, way)


def facet_field(facet: str) -> str:
    """Return the name of a facet's field."""
    return f"facet_{facet}"


def sure_field(facet: str) -> str:
    """Return the name of the field that holds a label's concept with its confidence (see `sure_term`)."""
    return f"sure_{facet}"


#: Letters of a `sure_term` before the concept.
SURE_WIDTH: Final = 4


def sure_term(concept: str, percent: int) -> str:
    """Return the term of a concept with its confidence in hundredths."""
    return f"{percent:03d} {concept}"


def schema() -> tantivy.Schema:
    """Return the schema."""
    builder = tantivy.SchemaBuilder()

    def keyword(name: str, *, stored: bool = False, fast: bool = False) -> None:
        builder.add_text_field(name, stored=stored, fast=fast, tokenizer_name="raw", index_option="basic")

    keyword("id", stored=True)
    keyword("page")
    keyword("show")
    keyword("state")
    for name in (*TEXT_FIELDS, _PAGE):
        for way in WAYS:
            builder.add_text_field(text_field(name, way), tokenizer_name=_tokenizer(way))
    for facet in FACETS:
        keyword(facet_field(facet), fast=True)
    for facet in LABEL_FACETS:
        keyword(sure_field(facet), fast=True)
    for name in ("day_first", "day_last"):
        builder.add_integer_field(name, indexed=True, fast=True)
    for name in ("year_first", "year_last", "twin", *ORDER_FIELDS.values()):
        builder.add_integer_field(name, fast=True)
    builder.add_float_field("weight", fast=True)
    builder.add_integer_field("number", stored=True, fast=True)
    builder.add_bytes_field("shown", stored=True)
    return builder.build()


def register(index: tantivy.Index) -> None:
    """Tell an index its analysers; every one that is opened must be told."""
    for way in WAYS:
        index.register_tokenizer(_tokenizer(way), analyzer(way))


def illustration_fields(document: IndexDocument) -> dict[str, Any]:
    """Return the fields of an illustration."""
    fields: dict[str, Any] = {
        "id": document.id,
        "page": document.page,
        "show": NOISE if document.noise else PICTURE,
        "twin": twin(document.id),
        # Of two pictures that fit equally well the larger comes first; of equal ones always the same.
        "weight": 0.5 * document.share + (twin(document.id) & 0xFFFFF) * 2e-9,
        "shown": json.dumps(
            [
                document.caption,
                document.title,
                document.text_before,
                document.text_after,
                document.document_title,
                document.languages,
            ],
            ensure_ascii=False,
        ).encode("utf-8", "replace"),
    }
    texts = {
        "caption": [document.caption],
        "title": [document.title],
        "text": [document.text_before, document.text_after],
        "document": [document.document_title, document.series_title],
        "creator": [document.creators],
    }
    for name, given in texts.items():
        _put_text(fields, name, [text for text in given if text], document)
    for facet, values in _facets(document).items():
        fields[facet_field(facet)] = list(dict.fromkeys(filter(None, map(tidy, values))))
    for facet in LABEL_FACETS:
        fields[sure_field(facet)] = [
            sure_term(tidy(label.concept), hundredths(label.confidence))
            for label in document.labels
            if label.facet == facet
        ]
    first, last = document.date_start, document.date_end or document.date_start
    if first and last:
        fields |= {"day_first": first.toordinal(), "day_last": last.toordinal()}
        fields |= {"year_first": first.year, "year_last": last.year}
    keys = order_keys(document)
    return fields | {name: keys[order] for order, name in ORDER_FIELDS.items()}


def page_fields(page: IndexPage) -> dict[str, Any]:
    """Return the fields of a page."""
    fields: dict[str, Any] = {"id": page.id, facet_field("document"): page.document, "number": page.number}
    _put_text(fields, _PAGE, [page.text], page)
    return fields


def hundredths(confidence: float) -> int:
    """Return a confidence in whole hundredths, rounded down, so that a filter never shows less than it promises."""
    return int(min(max(confidence, 0.0), 1.0) * 100 + 1e-9)


def twin(identifier: str) -> int:
    """Return the number that stands for an id in a column."""
    return int(digest(identifier, 15), 16)


def _tokenizer(way: str) -> str:
    return f"estampe_{way or 'printed'}"


def _put_text(fields: dict[str, Any], name: str, texts: list[str], of: IndexDocument | IndexPage) -> None:
    if texts:
        normalised = [normalise(text) for text in texts]
        for way in ways(of.languages):
            fields[text_field(name, way)] = normalised


def _facets(document: IndexDocument) -> Mapping[str, tuple[str, ...]]:
    labels = {
        facet: tuple(label.concept for label in document.labels if label.facet == facet) for facet in LABEL_FACETS
    }
    return labels | {
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
    }
