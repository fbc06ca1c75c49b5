"""Counting what was found by facet and by year, in Tantivy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from itertools import accumulate
from typing import Any

import tantivy

from .compile import Compiler
from .index import FacetValue
from .names import FACETS, LABEL_FACETS
from .query import Query
from .schema import SURE_WIDTH, facet_field, hundredths, sure_field

# Each segment counts all of its values, so that the commonest of all are exact.
_ALL = 100_000_000
# Tantivy gives no more.
_MOST = 65_000
_YEARS = 10_000
_CHOSEN = " chosen"
_FIRST, _LAST = "year_first", "year_last"

Timeline = tuple[tuple[int, int], ...]


def count(
    searcher: tantivy.Searcher, compiler: Compiler, query: Query, facets: Collection[str], limit: int, *, timeline: bool
) -> tuple[Mapping[str, tuple[FacetValue, ...]], Timeline]:
    """Count the values of facets, each passing over its own selection, and years, passing over the dates.

    All that is counted over the same pictures is counted in one go.
    """
    counted: dict[str, Counter[str]] = {}
    years: Timeline = ()
    together: dict[str, Any] = {}
    for facet in facets:
        wanted = _values_of(facet, query, limit)
        if facet in query.filters:
            counted |= _read(searcher.aggregate(compiler.found(query, without=facet), wanted), query)
        else:
            together |= wanted
    if timeline:
        both = {name: _terms(name, _YEARS) for name in (_FIRST, _LAST)}
        if query.date_from or query.date_to:
            years = _years(searcher.aggregate(compiler.found(query, dates=False), both))
        else:
            together |= both
    if together:
        answer = searcher.aggregate(compiler.found(query), together)
        counted |= _read(answer, query)
        years = _years(answer) if _FIRST in together else years
    return {facet: _commonest(counted[facet], query, facet, limit) for facet in FACETS if facet in counted}, years


def _values_of(facet: str, query: Query, limit: int) -> dict[str, Any]:
    """Return how to count a facet: its commonest values, and those that are selected though others are commoner."""
    least = _least(facet, query)
    if least:
        sure = "|".join(f"{percent:03d}" for percent in range(least, 101))
        return {facet: _terms(sure_field(facet), _MOST, include=f"({sure}) .*")}
    chosen = query.filters.get(facet)
    wanted = {facet: _terms(facet_field(facet), limit)}
    return wanted | {f"{facet}{_CHOSEN}": _terms(facet_field(facet), len(chosen), include=chosen)} if chosen else wanted


def _terms(field: str, size: int, **more: object) -> dict[str, Any]:
    return {"terms": {"field": field, "size": size, "segment_size": _ALL, **more}}


def _read(answer: Mapping[str, Any], query: Query) -> dict[str, Counter[str]]:
    counted: dict[str, Counter[str]] = {}
    for name, found in answer.items():
        facet = name.removesuffix(_CHOSEN)
        if facet not in FACETS:
            continue
        values = counted.setdefault(facet, Counter())
        for bucket in found["buckets"]:
            value, number = str(bucket["key"]), int(bucket["doc_count"])
            if _least(facet, query):
                # One concept, with one degree of confidence after the other.
                values[value[SURE_WIDTH:]] += number
            else:
                values[value] = number
    return counted


def _commonest(counted: Counter[str], query: Query, facet: str, limit: int) -> tuple[FacetValue, ...]:
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    shown = dict(ranked[:limit])
    for value in query.filters.get(facet, ()):
        shown.setdefault(value, counted[value])
    return tuple(
        FacetValue(value, number) for value, number in sorted(shown.items(), key=lambda item: (-item[1], item[0]))
    )


def _least(facet: str, query: Query) -> int:
    return hundredths(query.min_confidence) if facet in LABEL_FACETS else 0


def _years(answer: Mapping[str, Any]) -> Timeline:
    """Return how many pictures may be of each year: those that have begun by then, less those that were over before."""
    steps: Counter[int] = Counter()
    for name, step, later in ((_FIRST, 1, 0), (_LAST, -1, 1)):
        for bucket in answer[name]["buckets"]:
            steps[int(bucket["key"]) + later] += step * int(bucket["doc_count"])
    if not steps:
        return ()
    years = range(min(steps), max(steps))
    numbers = accumulate(steps[year] for year in years)
    return tuple((year, number) for year, number in zip(years, numbers, strict=True) if number)
