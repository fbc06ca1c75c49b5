"""The hits of a page in their order: equals by id, and going on behind a cursor while others write."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from ..cursor import Cursor
from ..weighing import DEEPEST
from .mapping import order_field

#: Asks for hits, with what is asked besides; returns the answer.
Ask: TypeAlias = Callable[[Mapping[str, Any]], Mapping[str, Any]]
# A hit moves by so many places, at most, before the whole ranking is looked through for it.
_SPARE: Final = 25
_SOURCE: Final = ["shown"]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A hit in its place, with what is shown of it."""

    shown: Sequence[Any]
    score: float
    cursor: Cursor


@dataclass(frozen=True, slots=True)
class Ranking:
    """A page of hits, whether more follow, and the answer that it was in, for its total and its counts."""

    found: tuple[Ranked, ...]
    more: bool
    answer: Mapping[str, Any]


def by_order(ask: Ask, order: str, cursor: Cursor | None, limit: int) -> Ranking:
    """Return a page in an order of the pictures themselves; the hit of the cursor may be gone."""
    wanted: dict[str, Any] = {"sort": [{order_field(order): "asc"}, {"id": "asc"}], "size": limit + 1}
    if cursor:
        wanted["search_after"] = [int(cursor.key), cursor.id]
    answer = ask(wanted | {"_source": _SOURCE})
    rank = cursor.rank if cursor else 0
    return page_of(answer, _hits(answer), rank, limit)


def by_score(ask: Ask, cursor: Cursor | None, limit: int) -> Ranking:
    """Return a page by relevance.

    Scores change a little with every write. So the ranking is made as it is now, around where the hit of the cursor
    was, and goes on behind where that is now; where that is gone, behind where its score would be.
    """
    if cursor is None:
        answer = ask(_ranked(0, limit + 1))
        return page_of(answer, _hits(answer), 0, limit)
    start = min(max(0, cursor.rank - _SPARE), DEEPEST - 1)
    asked = cursor.rank - start + limit + 1 + _SPARE
    answer = ask(_ranked(start, asked))
    hits = _hits(answer)
    known = next((place for place, hit in enumerate(hits, 1) if _id(hit) == cursor.id), None)
    complete = len(hits) < asked or start + asked >= DEEPEST
    if known is not None and (complete or len(hits) - known > limit):
        return page_of(answer, hits[known:], start + known, limit)
    every = _hits(ask(_ranked(0, DEEPEST) | {"_source": False}))
    behind = next((place for place, hit in enumerate(every, 1) if _id(hit) == cursor.id), None)
    if behind is None:
        behind = bisect_right([-float(hit["sort"][0]) for hit in every], cursor.key)
    answer = ask(_ranked(behind, limit + 1))
    return page_of(answer, _hits(answer), behind, limit)


def _ranked(start: int, size: int) -> dict[str, Any]:
    start = min(start, DEEPEST)
    return {
        "sort": [{"_score": "desc"}, {"id": "asc"}],
        "from": start,
        "size": min(size, DEEPEST - start),
        "_source": _SOURCE,
    }


def page_of(answer: Mapping[str, Any], hits: Sequence[Mapping[str, Any]], rank: int, limit: int) -> Ranking:
    """Return the first hits as a page, behind so many others."""
    found = []
    for place, hit in enumerate(hits[:limit], rank + 1):
        score = hit.get("_score") or 0.0
        # By relevance the best comes first, and what is sorted by is the score below zero.
        key = -hit["sort"][0] if hit.get("_score") is not None else hit["sort"][0]
        found.append(Ranked(hit.get("_source", {}).get("shown", ()), score, Cursor(key, _id(hit), place)))
    return Ranking(tuple(found), len(hits) > limit, answer)


def _hits(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(answer["hits"]["hits"])


def _id(hit: Mapping[str, Any]) -> str:
    return str(hit["sort"][1])
