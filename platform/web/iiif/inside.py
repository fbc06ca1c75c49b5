"""Search inside a document: Content Search 1 and 2, over the words of its pages and its captions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from flask import Response, request

from ...catalogue import PageText
from ...errors import QueryError
from ...iiif import Extent, WordHit, write_search_response_1, write_search_response_2
from ...records import Document, Page
from ...search import PageHit, Query, find_words
from ..answers import json_answer, while_unchanged
from ..services import services
from . import blueprint, media
from .documents import found_document

#: Hits of one answer.
_HITS = 200
#: Pages looked through for one answer; words that stand on more of them say too little.
_PAGES = 1000
_BATCH = 50
#: Words shown before and after a hit.
_AROUND = 8
_KNOWN = {"q", "start"}


@blueprint.get("/iiif/<document>/search1")
@while_unchanged
def search_1(document: str) -> Response:
    """Content Search 1, which viewers of today read."""
    owner, text = found_document(document), request.args.get("q", "")
    hits, extent = _answer(owner, text, 1)
    body = write_search_response_1(owner, text, hits, extent, services().addresses, ignored=_ignored())
    return json_answer(body, media.SEARCH_1)


@blueprint.get("/iiif/<document>/search2")
@while_unchanged
def search_2(document: str) -> Response:
    """Content Search 2."""
    owner, text = found_document(document), request.args.get("q", "")
    hits, extent = _answer(owner, text, 2)
    body = write_search_response_2(owner, text, hits, extent, services().addresses, ignored=_ignored())
    return json_answer(body, media.SEARCH_2)


def _answer(owner: Document, text: str, version: int) -> tuple[Sequence[WordHit], Extent]:
    start = _start()
    if not text.strip():
        return (), Extent(0)
    hits = list(_hits(owner, text))
    address = services().addresses.search_inside(owner.id, version, text)
    following = f"{address}&start={start + _HITS}" if len(hits) > start + _HITS else ""
    previous = f"{address}&start={max(0, start - _HITS)}" if start else ""
    return hits[start : start + _HITS], Extent(len(hits), start, following, previous)


def _hits(owner: Document, text: str) -> Iterator[WordHit]:
    """Yield where the words stand, page by page: printed, and in captions where the page has no words of its own."""
    pages = {page.id: page for page in services().catalogue.pages(owner.id)}
    found = [hit for hit in services().index.search_pages(owner.id, text)[:_PAGES] if hit.page in pages]
    rest = iter(found)
    while some := list(islice(rest, _BATCH)):
        yield from _on_pages(owner, text, some, pages)
    yield from _in_captions(owner, text, pages, {hit.page for hit in found})


def _on_pages(owner: Document, text: str, found: Sequence[PageHit], pages: dict[str, Page]) -> Iterator[WordHit]:
    texts = services().catalogue.page_texts([hit.page for hit in found])
    for hit in found:
        if words := texts.get(hit.page):
            for places in find_words(words.terms, text, owner.languages):
                yield _hit(pages[hit.page], words, places)


def _in_captions(owner: Document, text: str, pages: dict[str, Page], seen: set[str]) -> Iterator[WordHit]:
    query = Query(text=text, fields=("caption", "title"), filters={"document": (owner.id,)}, limit=_HITS)
    results = services().index.search(query)
    for one in services().catalogue.illustrations([hit.id for hit in results.hits]):
        if one.page not in seen and one.page in pages:
            yield WordHit(pages[one.page], ((one.caption or one.title, one.box),))


def _hit(page: Page, words: PageText, places: range) -> WordHit:
    return WordHit(
        page,
        tuple((words.texts[place], words.box(place)) for place in places),
        " ".join(words.texts[max(0, places.start - _AROUND) : places.start]),
        " ".join(words.texts[places.stop : places.stop + _AROUND]),
    )


def _ignored() -> list[str]:
    return [name for name in request.args if name not in _KNOWN]


def _start() -> int:
    text = request.args.get("start", "0")
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise QueryError(f"start is a number; it is {text[:40]!r}.", "start")
    return int(text)
