"""The embedded index: Tantivy, in the folder of everything that Estampe keeps."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import tantivy

from ..errors import DamagedIndexError
from .compile import Compiler
from .counting import Counters
from .cursor import Cursor, fingerprint
from .documents import IndexDocument, IndexPage
from .highlighting import highlights as highlighted
from .index import Health, Hit, PageHit, Results
from .query import Query
from .ranking import Ranked, ranked, ranked_by_likeness, total
from .schema import facet_field
from .shelf import Shelf
from .values import refusal, unheard_of
from .volume import View, Volume
from .weighing import order_of


class EmbeddedIndex:
    """An index in a folder, which many processes may read while one of them writes or makes it anew.

    Args:
        shelf: the folder; a volume must be current there.

    Raises:
        DamagedIndexError: where the current volume cannot be used.

    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._opening = threading.Lock()
        self._volume = self._open()
        self._counters = Counters()

    def search(
        self,
        query: Query,
        *,
        facets: Collection[str] = (),
        facet_limit: int = 10,
        timeline: bool = False,
        highlights: bool = True,
    ) -> Results:
        """Find illustrations; see `estampe.search.Index`."""
        cursor = Cursor.decode(query)
        with self._reading() as view:
            compiler = Compiler(view.schema)
            _refuse_unheard_of(view, compiler, query)
            counting = self._counters.begin(view, compiler, query, facets, facet_limit, timeline=timeline)
            if query.near:
                page = ranked_by_likeness(view, compiler, query, cursor)
            else:
                page = ranked(view.searcher, compiler, compiler.found(query), order_of(query), cursor, query.limit)
            own = fingerprint(query)
            hits = tuple(_hit(query, own, found, highlights=highlights) for found in page.found)
            counts = counting()
            return Results(
                page.total, hits, counts.facets, counts.timeline, hits[-1].cursor if page.more and hits else ""
            )

    def search_pages(self, document: str, text: str) -> tuple[PageHit, ...]:
        """Find the pages of a document whose words match; see `estampe.search.Index`."""
        with self._reading() as view:
            searcher = view.searcher
            node = Compiler(view.schema).pages(document, text)
            if node is None:
                return ()
            addresses = [address for _, address in searcher.search(node, max(total(searcher.search(node, 1)), 1)).hits]
            numbers = searcher.fast_field_values("number", addresses)
            hits = [
                PageHit(str(searcher.doc(address)["id"][0]), int(number or 0))
                for address, number in zip(addresses, numbers, strict=True)
            ]
            return tuple(sorted(hits, key=lambda hit: (hit.number, hit.page)))

    def update(self, upserts: Iterable[IndexDocument | IndexPage], deletes: Collection[str], position: int) -> None:
        """Write what changed; see `estampe.search.Index`."""
        with self._shelf.writing():
            self._current().update(upserts, deletes, position)

    def position(self) -> int:
        """Return the number of the last change that is in the index."""
        with _explaining():
            return self._current().position()

    def health(self) -> Health:
        """Say how the index is; see `estampe.search.Index`."""
        with self._reading() as view:
            return Health("green", documents=view.searcher.num_docs - 1)

    def documents(self) -> Iterator[str]:
        """Yield the ids of the documents of which it holds anything; see `estampe.search.Index`."""
        with self._reading() as view:
            held = view.searcher.terms_with_prefix(facet_field("document"), "", tantivy.Query.all_query())
        # What is deleted stays in the dictionary until its segment is written anew.
        yield from sorted(document for document, count in held if count)

    def ids(self, documents: Collection[str]) -> set[str]:
        """Return the ids of all that it holds of documents; see `estampe.search.Index`."""
        with self._reading() as view:
            searcher = view.searcher
            wanted = tantivy.Query.term_set_query(view.schema, facet_field("document"), list(documents))
            found = searcher.search(wanted, max(total(searcher.search(wanted, 1)), 1)).hits
            return {str(searcher.doc(address)["id"][0]) for _, address in found}

    def close(self) -> None:
        """Let go of threads; files are closed with the last search that reads them."""
        self._counters.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self) -> Volume:
        path = self._shelf.current()
        if path is None:
            raise DamagedIndexError(f"There is no search index in {self._shelf.folder}.")
        return Volume(path)

    def _current(self) -> Volume:
        """Return the current volume, opened anew where another took its place."""
        path = self._shelf.current()
        if path is not None and path != self._volume.path:
            with self._opening:
                if path != self._volume.path:
                    self._volume = Volume(path)
        return self._volume

    @contextmanager
    def _reading(self) -> Iterator[View]:
        """Give a view of the current volume."""
        with _explaining():
            try:
                view = self._current().view()
            except FileNotFoundError:
                # Another was put in its place, and it was swept, between the two steps.
                view = self._current().view()
            yield view


@contextmanager
def _explaining() -> Iterator[None]:
    """Turn what Tantivy cannot read into an error that says what to do."""
    try:
        yield
    except BaseException as error:
        if _is_damage(error):
            message = "The search index is damaged. Make it anew with: estampe index rebuild"
            raise DamagedIndexError(message) from error
        raise


def _is_damage(error: BaseException) -> bool:
    """Say whether Tantivy cannot read its files: it says so in a ValueError, or panics, which is no Exception."""
    said = isinstance(error, ValueError) and re.search("corrupt|IO error", str(error), re.IGNORECASE)
    return bool(said) or isinstance(error, OSError) or type(error).__name__ == "PanicException"


def _refuse_unheard_of(view: View, compiler: Compiler, query: Query) -> None:
    """Refuse a value of a fixed vocabulary that this one does not have, and no picture of an older one either."""
    for asked, part in unheard_of(query):
        if not total(view.searcher.search(compiler.same(facet_field(asked.facet), asked.value), 1)):
            raise refusal(asked, part)


def _hit(query: Query, own: str, found: Ranked, *, highlights: bool) -> Hit:
    lit = highlighted(query, json.loads(found.stored["shown"][0])) if query.text and highlights else {}
    return Hit(found.cursor.id, found.score, lit, found.cursor.encode(own))
