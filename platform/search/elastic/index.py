"""The index in Elasticsearch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from ..cursor import Cursor, fingerprint
from ..documents import IndexDocument, IndexPage
from ..highlighting import highlights as highlighted
from ..index import Health, Hit, PageHit, Results
from ..near import Near, check_run, no_space
from ..query import Query
from ..values import refusal, unheard_of
from ..weighing import order_of
from . import compile as compiling
from .connection import ASKING_PATIENCE, Cluster, MissingIndexError
from .counting import Counting
from .mapping import STATE
from .nearest import nearest, target
from .place import Hold
from .ranking import Ranked, Ranking, by_order, by_score, page_of
from .shelf import Shelf
from .spaces import size_of
from .writing import write

#: Hits of one request; more are asked for in several.
_AT_ONCE: Final = 10_000
_PATIENCE: Final = 60.0
_Answer = TypeVar("_Answer")


class ElasticIndex:
    """An index in a cluster, which many processes may read while one of them writes or makes it anew.

    Args:
        cluster: where it is.
        shelf: its name there.

    """

    def __init__(self, cluster: Cluster, shelf: Shelf) -> None:
        self._cluster, self._shelf = cluster, shelf
        # A node that has fallen silent may not hold up who could be answered by another.
        self._asking = cluster.client.options(request_timeout=ASKING_PATIENCE, retry_on_timeout=True)
        # As its answers tell.
        self._shards = 1
        # How long the vectors of runs are; that never changes.
        self._sizes: dict[str, int] = {}

    def search(
        self,
        query: Query,
        *,
        facets: Collection[str] = (),
        facet_limit: int = 10,
        timeline: bool = False,
        highlights: bool = True,
    ) -> Results:
        """Find illustrations, in one request; see `estampe.search.Index`."""
        cursor = Cursor.decode(query)
        self._refuse_unheard_of(query)

        def searched() -> tuple[Counting, Ranking]:
            counting = Counting(query, facets, facet_limit, timeline=timeline, shards=self._shards)
            return counting, self._ranked(query, cursor, counting)

        shards = self._shards
        counting, page = self._current(searched)
        if self._shards > shards == 1:
            # Only now it is known that counts have to be gathered from several.
            counting, page = self._current(searched)
        own = fingerprint(query)
        hits = tuple(_hit(query, own, found, highlights=highlights) for found in page.found)
        counts, years = counting.read(page.answer.get("aggregations", {}))
        total = int(page.answer["hits"]["total"]["value"])
        return Results(total, hits, counts, years, hits[-1].cursor if page.more and hits else "")

    def search_pages(self, document: str, text: str) -> tuple[PageHit, ...]:
        """Find the pages of a document whose words match; see `estampe.search.Index`."""
        node = compiling.pages(document, text)
        if node is None:
            return ()
        sort = [{"number": "asc"}, {"id": "asc"}]
        return self._current(lambda: tuple(PageHit(str(name), int(number)) for number, name in self._walk(node, sort)))

    def update(self, upserts: Iterable[IndexDocument | IndexPage], deletes: Collection[str], position: int) -> None:
        """Write what changed; see `estampe.search.Index`.

        What it is comes from the catalogue while nobody else writes, and nothing is sent before all of it came. A batch
        that was cut off may be there in part, but its place is not: it is written again.
        """
        with ExitStack() as stack:
            hold = self._current(lambda: stack.enter_context(self._writing()))
            # Who was waited for may have told just this.
            if not hold.before < position <= hold.position:
                write(self._cluster, hold, upserts, deletes, position)

    def position(self) -> int:
        """Return the number of the last change that is in the index."""
        return self._current(lambda: self._shelf.place(self._shelf.known()).position())

    def health(self) -> Health:
        """Say how the index is; see `estampe.search.Index`."""
        client = self._cluster.client
        with self._cluster.explaining():
            found = client.cluster.health(index=self._shelf.known())
            there = {"bool": {"must_not": [{"term": {"type": STATE}}]}}
            held = client.count(index=self._shelf.alias, query=there)["count"] if found["status"] != "red" else 0
        shards, missing = int(found["active_shards"]), int(found["unassigned_shards"] + found["initializing_shards"])
        return Health(str(found["status"]), int(held), int(found["number_of_nodes"]), shards, missing)

    def documents(self) -> Iterator[str]:
        """Yield the ids of the documents of which it holds anything; see `estampe.search.Index`."""
        composite: dict[str, Any] = {"size": _AT_ONCE, "sources": [{"document": {"terms": {"field": "document"}}}]}
        while True:
            asked = {"size": 0, "aggregations": {"documents": {"composite": composite}}}
            found = self._current(lambda asked=asked: self._ask(asked))["aggregations"]["documents"]  # type: ignore[misc]
            yield from (str(bucket["key"]["document"]) for bucket in found["buckets"])
            if "after_key" not in found:
                return
            composite["after"] = found["after_key"]

    def ids(self, documents: Collection[str]) -> set[str]:
        """Return the ids of all that it holds of documents; see `estampe.search.Index`."""
        node = {"terms": {"document": list(documents)}}
        return self._current(lambda: {str(name) for (name,) in self._walk(node, [{"id": "asc"}])})

    def close(self) -> None:
        """Let go of connections."""
        self._cluster.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _current(self, act: Callable[[], _Answer]) -> _Answer:
        """Do something with the current index, once more where another took its place meanwhile."""
        try:
            return act()
        except MissingIndexError:
            return act()

    def _writing(self) -> AbstractContextManager[Hold]:
        return self._shelf.place(self._shelf.known()).held(_PATIENCE)

    def _ranked(self, query: Query, cursor: Cursor | None, counting: Counting) -> Ranking:
        filters = [compiling.shows(query), *compiling.near(query), *counting.filters]
        order = order_of(query)
        words = compiling.words(query)
        unweighed = bool(order or query.near)
        node = {"bool": {"filter": [words, *filters]}} if unweighed else compiling.weighed(words, filters)
        asked: dict[str, Any] = {"query": node, "aggregations": counting.aggregations()}
        if counting.afterwards:
            asked["post_filter"] = {"bool": {"filter": counting.afterwards}}
        # The same search goes to the same copies, whose scores may differ a little from those of others.
        copies = fingerprint(query)

        def ask(more: Mapping[str, Any]) -> Mapping[str, Any]:
            return self._ask(asked | dict(more), copies)

        if query.near:
            aim = target(self._ask, query.near, self._size(query.near))
            every = [words, *filters, *counting.afterwards]
            answer = ask({"size": 0})
            found = nearest(lambda more: self._ask(more, copies), query.near, aim, every, cursor, query.limit)
            return page_of(answer, found, cursor.rank if cursor else 0, query.limit)
        return by_order(ask, order, cursor, query.limit) if order else by_score(ask, cursor, query.limit)

    def _size(self, near: Near) -> int:
        """Return how long vectors are in a space. Raises QueryError where no picture has one there."""
        check_run(near)
        if near.run not in self._sizes:
            size = size_of(self._cluster, self._shelf.alias, near.run)
            if size is None:
                raise no_space(near)
            self._sizes[near.run] = size
        return self._sizes[near.run]

    def _ask(self, asked: Mapping[str, Any], copies: str = "") -> Mapping[str, Any]:
        with self._cluster.explaining():
            answer = self._asking.search(
                index=self._shelf.alias,
                preference=copies or None,
                # Words are as rare as they are in the whole index, however it is cut.
                search_type="dfs_query_then_fetch" if self._shards > 1 else None,
                # Less than all of it would be a wrong answer.
                allow_partial_search_results=False,
                track_total_hits=True,
                **asked,
            )
        self._shards = int(answer["_shards"]["total"])
        found: Mapping[str, Any] = answer.body
        return found

    def _walk(self, node: Mapping[str, Any], sort: list[dict[str, str]]) -> Iterator[list[Any]]:
        """Yield what all hits are sorted by."""
        asked: dict[str, Any] = {"query": node, "sort": sort, "size": _AT_ONCE, "_source": False}
        while hits := self._ask(asked)["hits"]["hits"]:
            yield from (hit["sort"] for hit in hits)
            if len(hits) < _AT_ONCE:
                return
            asked["search_after"] = hits[-1]["sort"]

    def _refuse_unheard_of(self, query: Query) -> None:
        """Refuse a value of a fixed vocabulary that this one does not have, and no picture of an older one either."""
        for asked, part in unheard_of(query):
            node = compiling.has(asked.facet, asked.value)
            answer = self._current(lambda node=node: self._ask({"query": node, "size": 0}))  # type: ignore[misc]
            if not answer["hits"]["total"]["value"]:
                raise refusal(asked, part)


def _hit(query: Query, own: str, found: Ranked, *, highlights: bool) -> Hit:
    lit = highlighted(query, found.shown) if query.text and highlights else {}
    return Hit(found.cursor.id, found.score, lit, found.cursor.encode(own))
