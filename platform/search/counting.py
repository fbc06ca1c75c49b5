"""Counting what was found by facet and by year, in Tantivy."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import tantivy

from .compile import Compiler
from .contents import hundredths
from .index import FacetValue
from .names import FACETS, LABEL_FACETS
from .query import Query
from .schema import SURE_WIDTH, facet_field, sure_field
from .volume import View
from .years import FIRST, LAST, MOST, years

# Each segment counts all of its values, so that the commonest of all are exact.
_ALL = 100_000_000
# Tantivy gives no more.
_MOST = 65_000
_REMEMBERED = 256
_CHOSEN = " chosen"

Timeline: TypeAlias = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many pictures there are of each value and year; see `estampe.search.Results`."""

    facets: Mapping[str, tuple[FacetValue, ...]]
    timeline: Timeline


class Counters:
    """Counts on other threads while hits are gathered, for Tantivy counts without Python's lock; remembers the last."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(thread_name_prefix="count")
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[object, ...], Counts] = OrderedDict()

    def begin(
        self, view: View, compiler: Compiler, query: Query, facets: Collection[str], limit: int, *, timeline: bool
    ) -> Callable[[], Counts]:
        """Begin to count, and return what waits for the counts.

        Args:
            view: what is searched.
            compiler: for its schema.
            query: the search; how its results are ordered and cut makes no difference.
            facets: those to count; each passes over its own selection.
            limit: values at most of each.
            timeline: count years too, passing over the dates.

        """
        asked = replace(query, sort="relevance").identity()
        key = (view.commit, tuple(asked), frozenset(facets), limit, timeline)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                known = self._known[key]
                return lambda: known
        passes = _passes(compiler, query, facets, limit, timeline=timeline)
        answers = [self._threads.submit(view.searcher.aggregate, node, wanted) for node, wanted in passes]

        def wait() -> Counts:
            counts = _merged([answer.result() for answer in answers], query, limit)
            with self._lock:
                self._known[key] = counts
                while len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
            return counts

        return wait

    def close(self) -> None:
        """Let go of the threads and of what is remembered."""
        self._threads.shutdown()
        self._known.clear()


def _passes(
    compiler: Compiler, query: Query, facets: Collection[str], limit: int, *, timeline: bool
) -> Iterable[tuple[tantivy.Query, dict[str, Any]]]:
    """Yield what is to be counted of which pictures; all that is counted of the same ones in one go."""
    together: dict[str, Any] = {}
    for facet in facets:
        wanted = _values_of(facet, query, limit)
        if facet in query.filters:
            yield compiler.found(query, without=facet), wanted
        else:
            together |= wanted
    if timeline:
        both = {name: _terms(name, MOST) for name in (FIRST, LAST)}
        if query.date_from or query.date_to:
            yield compiler.found(query, dates=False), both
        else:
            together |= both
    if together:
        yield compiler.found(query), together


def _merged(answers: Iterable[Mapping[str, Any]], query: Query, limit: int) -> Counts:
    counted: dict[str, Counter[str]] = {}
    timeline: Timeline = ()
    for found in answers:
        counted |= _read(found, query)
        timeline = years(found) if FIRST in found else timeline
    facets = [(facet, _commonest(counted[facet], query, facet, limit)) for facet in FACETS if facet in counted]
    return Counts(dict(facets), timeline)


def _values_of(facet: str, query: Query, limit: int) -> dict[str, Any]:
    """Return how to count a facet: its commonest values, and those that are selected though others are commoner."""
    if _least(facet, query):
        # All degrees of confidence: to have Tantivy leave some out takes it longer than to count them.
        return {facet: _terms(sure_field(facet), _MOST)}
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
        values, least = counted.setdefault(facet, Counter()), _least(facet, query)
        for bucket in found["buckets"]:
            value, number = str(bucket["key"]), int(bucket["doc_count"])
            if not least:
                values[value] = number
            elif int(value[:SURE_WIDTH]) >= least:
                values[value[SURE_WIDTH:]] += number
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
