"""How an illustration and a page stand in a Tantivy index."""

from __future__ import annotations

import json
from typing import Any, Final

import tantivy

from .analysis import WAYS, analyzer, normalise, ways
from .contents import NOISE, PICTURE, TEXT_FIELDS, facet_values, hundredths, shown, texts, twin, weight
from .documents import IndexDocument, IndexPage, tidy
from .names import FACETS, LABEL_FACETS
from .orders import order_keys

#: Another number is another folder: an index of an older one is built anew.
SCHEMA_VERSION: Final = 2
#: The field of Tantivy that sorts by each order but relevance.
ORDER_FIELDS: Final = {"document": "by_document", "date": "by_date", "-date": "by_date_down", "size": "by_size"}
#: The number of an illustration's vectors, and the runs in whose spaces they are (see `estampe.search.spaces`).
NUMBER, SPACE = "vector", "space"
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
    keyword(SPACE)
    builder.add_integer_field(NUMBER, indexed=True, fast=True)
    # The number again with what tells the vectors from others; and, beside the place in the changes, all spaces.
    for name in ("vectors", "spaces"):
        builder.add_bytes_field(name, stored=True)
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
        "weight": weight(document),
        "shown": json.dumps(shown(document), ensure_ascii=False).encode("utf-8", "replace"),
    }
    for name, given in texts(document).items():
        _put_text(fields, name, given, document)
    for facet, values in facet_values(document).items():
        fields[facet_field(facet)] = values
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


def _tokenizer(way: str) -> str:
    return f"estampe_{way or 'printed'}"


def _put_text(fields: dict[str, Any], name: str, texts: list[str], of: IndexDocument | IndexPage) -> None:
    if texts:
        normalised = [normalise(text) for text in texts]
        for way in ways(of.languages):
            fields[text_field(name, way)] = normalised
