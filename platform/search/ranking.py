"""The hits of a page in their order, exactly: equals by id, and going on behind a cursor while others write."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias

import tantivy

from .compile import Compiler
from .contents import twin
from .cursor import Cursor
from .nearest import nearest, target
from .query import Query
from .schema import ORDER_FIELDS
from .volume import View
from .weighing import DEEPEST

# Hits are asked for in excess, for equals at the end of a page.
_SPARE = 16
# What it is sorted by, and where it is.
_Found: TypeAlias = tuple[float, tantivy.DocAddress]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A hit in its place, with what the index keeps of it."""

    stored: tantivy.Document
    score: float
    cursor: Cursor


@dataclass(frozen=True, slots=True)
class Ranking:
    """A page of hits, how many there are in all, and whether more follow."""

    found: tuple[Ranked, ...]
    total: int
    more: bool


def ranked(
    searcher: tantivy.Searcher, compiler: Compiler, node: tantivy.Query, order: str, cursor: Cursor | None, limit: int
) -> Ranking:
    """Return a page of what a query finds.

    Args:
        searcher: the view that is searched.
        compiler: for its schema.
        node: the query.
        order: of `ORDER_FIELDS`, empty for relevance.
        cursor: the hit behind which to go on.
        limit: hits at most.

    """
    if order:
        found, whole = _by_order(searcher, compiler, node, order, cursor, limit + 1)
    else:
        found, whole = _by_score(searcher, node, cursor, limit + 1)
    return Ranking(tuple(found[:limit]), whole, len(found) > limit)


def ranked_by_likeness(view: View, compiler: Compiler, query: Query, cursor: Cursor | None) -> Ranking:
    """Return a page of what looks like something, nearest first. Raises QueryError."""
    if query.near is None:
        raise ValueError(query)
    rank = cursor.rank if cursor else 0
    aim = target(view, compiler, query.near)
    node = compiler.found(query)
    near, whole = nearest(view, compiler, node, query.near.run, aim, rank + query.limit + 1 + _SPARE)
    # By nearness one goes on behind where the last hit is now; its own may be gone.
    found = _settled(view.searcher, [(key - 1, address) for key, address in near])
    if cursor:
        found = [hit for hit in found if _is_behind(view.searcher, hit, cursor)]
    page = _page(view.searcher, found[: query.limit], rank)
    return Ranking(tuple(page), whole, len(found) > query.limit)


def _is_behind(searcher: tantivy.Searcher, hit: _Found, cursor: Cursor) -> bool:
    key, address = hit
    return key > cursor.key or (key == cursor.key and _id(searcher, address) > cursor.id)


def _by_order(
    searcher: tantivy.Searcher, compiler: Compiler, node: tantivy.Query, order: str, cursor: Cursor | None, wanted: int
) -> tuple[list[Ranked], int]:
    """Return so many hits of an order behind the cursor, whose own hit may be gone, and the number of all."""
    # What lies before the cursor counts too.
    whole = total(searcher.search(node, 1)) if cursor else None
    rank = cursor.rank if cursor else 0
    if cursor:
        node = compiler.behind(node, order, int(cursor.key))
    asked = wanted + _SPARE
    while True:
        answer = searcher.search(
            node, asked, count=whole is None, order_by_field=ORDER_FIELDS[order], order=tantivy.Order.Asc
        )
        whole = total(answer) if whole is None else whole
        hits = answer.hits
        complete = len(hits) < asked
        found = _settled(searcher, hits if complete else _without_last(hits))
        if cursor:
            known = sum(key == cursor.key and _id(searcher, address) <= cursor.id for key, address in found)
            found = found[known:]
        if complete or len(found) >= wanted:
            return _page(searcher, found[:wanted], rank), whole
        asked *= 4


def _by_score(
    searcher: tantivy.Searcher, node: tantivy.Query, cursor: Cursor | None, wanted: int
) -> tuple[list[Ranked], int]:
    """Return so many hits by relevance behind the cursor, and the number of all.

    Scores change a little with every write. So the ranking is made as it is now, and goes on behind where the last hit
    is now; where that is gone, behind where its score would be.
    """
    asked = (cursor.rank if cursor else 0) + wanted + _SPARE
    while True:
        asked = min(asked, DEEPEST)
        answer = searcher.search(node, asked, weight_by_field="weight")
        hits = [(-score, address) for score, address in answer.hits]
        complete = len(hits) < asked or asked == DEEPEST
        found = _settled(searcher, hits if complete else _without_last(hits))
        start = _behind(searcher, found, cursor)
        if complete or (start is not None and len(found) - start >= wanted):
            break
        asked *= 4
    if start is None and cursor:
        start = bisect_right([key for key, _ in found], cursor.key)
    return _page(searcher, found[start : (start or 0) + wanted], start or 0), total(answer)


def _behind(searcher: tantivy.Searcher, found: list[_Found], cursor: Cursor | None) -> int | None:
    """Return the place behind the cursor's hit, None where that is not among those found."""
    if cursor is None:
        return 0
    twins = searcher.fast_field_values("twin", [address for _, address in found])
    wanted = twin(cursor.id)
    return next((place for place, value in enumerate(twins, 1) if value == wanted), None)


def _without_last(hits: list[_Found]) -> list[_Found]:
    """Leave out the hits that equal the last one: more of them may follow."""
    return [hit for hit in hits if hit[0] != hits[-1][0]]


def _settled(searcher: tantivy.Searcher, hits: list[_Found]) -> list[_Found]:
    """Put equal hits in the order of their ids."""
    found: list[_Found] = []
    for _, run in groupby(hits, key=itemgetter(0)):
        equal = list(run)
        found += equal if len(equal) == 1 else sorted(equal, key=lambda hit: _id(searcher, hit[1]))
    return found


def _page(searcher: tantivy.Searcher, hits: list[_Found], rank: int) -> list[Ranked]:
    page = []
    for place, (key, address) in enumerate(hits, rank + 1):
        stored = searcher.doc(address)
        page.append(Ranked(stored, max(-key, 0.0), Cursor(key, str(stored["id"][0]), place)))
    return page


def total(answer: tantivy.SearchResult) -> int:
    """Return how many were found in all."""
    # The package's types leave it out.
    return int(answer.count)  # type: ignore[attr-defined]


def _id(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> str:
    return str(searcher.doc(address)["id"][0])
