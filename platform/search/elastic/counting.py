"""Counting what was found by facet and by year, in the very request that finds it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from ..contents import hundredths
from ..index import FacetValue
from ..names import FACETS, LABEL_FACETS
from ..query import Query
from ..years import FIRST, LAST, MOST, years
from . import compile as compiling
from .compile import Node
from .mapping import facet_field

# Where an index has several shards, each says how often it has every value, so that their sums are exact.
_EVERY: Final = 2_000_000
_CHOSEN = " chosen"


class Counting:
    """What is to be counted for one search.

    A facet that is counted passes over its own selection. So the selections of those facets narrow the hits afterwards
    (``post_filter``), and each facet is counted behind those of the others; so it is with dates and years.

    Args:
        query: the search.
        facets: those to count.
        limit: values at most of each.
        timeline: count years too.
        shards: of the index.

    """

    def __init__(self, query: Query, facets: Collection[str], limit: int, *, timeline: bool, shards: int) -> None:
        self._query, self._limit, self._timeline = query, limit, timeline
        self._facets = [facet for facet in FACETS if facet in facets]
        self._shard_size = {"shard_size": _EVERY} if shards > 1 else {}
        selected = {facet: compiling.chosen(query, facet) for facet in query.filters}
        dates = compiling.dates(query)
        #: What narrows hits and all counts.
        self.filters: list[Node] = [node for facet, node in selected.items() if facet not in self._facets]
        self._late: dict[str, list[Node]] = {name: [node] for name, node in selected.items() if name in self._facets}
        if timeline and dates:
            self._late[FIRST] = dates
        else:
            self.filters += dates

    @property
    def afterwards(self) -> list[Node]:
        """What narrows the hits, but not every count."""
        return self._behind("")

    def aggregations(self) -> dict[str, Node]:
        """Return what to ask for."""
        together: dict[str, Node] = {}
        apart: dict[str, Node] = {}
        for facet in self._facets:
            wanted = self._values(facet)
            if facet in self._late:
                apart[facet] = {"filter": _every(self._behind(facet)), "aggs": wanted}
            else:
                together |= wanted
        if self._timeline:
            both = {name: {"terms": {"field": name, "size": MOST}} for name in (FIRST, LAST)}
            if FIRST in self._late:
                apart[FIRST] = {"filter": _every(self._behind(FIRST)), "aggs": both}
            else:
                together |= both
        if together:
            apart["all"] = {"filter": _every(self._behind("")), "aggs": together}
        return apart

    def read(self, answer: Mapping[str, Any]) -> tuple[dict[str, tuple[FacetValue, ...]], tuple[tuple[int, int], ...]]:
        """Return the facets and the years that an answer counts."""
        found: dict[str, Any] = {}
        for part in answer.values():
            found |= part
        facets = {facet: self._commonest(facet, found) for facet in self._facets}
        return facets, years(found) if self._timeline else ()

    def _behind(self, own: str) -> list[Node]:
        return [node for name, nodes in self._late.items() if name != own for node in nodes]

    def _values(self, facet: str) -> dict[str, Node]:
        """Return how to count a facet: its commonest values, and those that are selected though others are commoner."""
        wanted = {facet: self._terms(facet, {"size": self._limit, **self._shard_size})}
        selected = self._query.filters.get(facet)
        if selected:
            wanted[f"{facet}{_CHOSEN}"] = self._terms(facet, {"size": len(selected), "include": list(selected)})
        return wanted

    def _terms(self, facet: str, how: Mapping[str, Any]) -> Node:
        if not self._by_confidence(facet):
            return {"terms": {"field": facet_field(facet), **how}}
        values = {"values": {"terms": {"field": "labels.concept", **how}}}
        sure = {"sure": {"filter": compiling.sure(facet, self._query.min_confidence), "aggs": values}}
        return {"nested": {"path": "labels"}, "aggs": sure}

    def _by_confidence(self, facet: str) -> bool:
        return facet in LABEL_FACETS and hundredths(self._query.min_confidence) > 0

    def _commonest(self, facet: str, found: Mapping[str, Any]) -> tuple[FacetValue, ...]:
        counts: dict[str, int] = dict.fromkeys(self._query.filters.get(facet, ()), 0)
        for name in (facet, f"{facet}{_CHOSEN}"):
            part = found.get(name)
            if part is not None:
                part = part["sure"]["values"] if self._by_confidence(facet) else part
                counts |= {str(bucket["key"]): int(bucket["doc_count"]) for bucket in part["buckets"]}
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return tuple(FacetValue(value, count) for value, count in ranked)


def _every(nodes: Sequence[Node]) -> Node:
    return {"bool": {"filter": list(nodes)}} if nodes else {"match_all": {}}
