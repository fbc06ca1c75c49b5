"""Keeping an index up with the catalogue: change by change, or all of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Final, Protocol, TypeVar

from ..catalogue import Catalogue, Entry
from ..records import Change, Document, Illustration
from .building import index_document, index_page
from .documents import IndexDocument, IndexPage

#: Changes in one batch of an index.
BATCH: Final = 10_000
# Rows of the catalogue read at once.
_ROWS = 100
# Where fewer than one page in so many is wanted, pictures are read page by page.
_APART = 8
_Item = TypeVar("_Item")


class Follower(Protocol):
    """What can be kept up with a catalogue: every `estampe.search.Index` can."""

    def position(self) -> int:
        """Return the last change that is in it."""
        ...

    def update(self, upserts: Iterable[IndexDocument | IndexPage], deletes: Collection[str], position: int) -> None:
        """Write a batch, all or nothing."""
        ...


def follow(catalogue: Catalogue, index: Follower) -> int:
    """Bring an index up to what the catalogue has now, and return the number of changes that it took in.

    What changes meanwhile may be left for the next time, so that this comes to an end while others write.

    Each batch is committed as a whole, with the place that it reached. A batch writes what things are now, not what
    each change made of them; so it does no harm where one is told again, by another process or after a crash.

    Raises:
        BusyError: where another process writes into the index and goes on.

    """
    done, last = 0, catalogue.last_change()
    while (position := index.position()) < last and (changes := catalogue.changes(position, BATCH)):
        touched = _Touched(changes)
        index.update(touched.as_now(catalogue), touched.names(), changes[-1].sequence)
        done += len(changes)
    return done


def everything(catalogue: Catalogue) -> Iterator[Iterator[IndexDocument | IndexPage]]:
    """Yield what an index holds of each document of a catalogue."""
    after = ""
    while documents := catalogue.documents(after=after, limit=_ROWS):
        for document in documents:
            yield _document(catalogue, document)
        after = documents[-1].id


def put_anew(catalogue: Catalogue, index: Follower, documents: Collection[str]) -> None:
    """Write documents into an index as they now are, with all that hangs on them; those that are gone leave it.

    Raises:
        BusyError: where another process writes into the index and goes on.

    """
    place = index.position()
    changes = [Change(place, "document", identifier, identifier, "update", "") for identifier in documents]
    touched = _Touched(changes)
    index.update(touched.as_now(catalogue), touched.names(), place)


class _Touched:
    """What changes touched: whole documents, whole pages of others, and single illustrations of other pages."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self._documents = dict.fromkeys(change.id for change in changes if change.entity == "document")
        others = [change for change in changes if change.document not in self._documents]
        self._pages: dict[str, set[str]] = {}
        for change in others:
            if change.entity == "page":
                self._pages.setdefault(change.document, set()).add(change.id)
        self._illustrations = dict.fromkeys(change.id for change in others if change.entity == "illustration")

    def names(self) -> list[str]:
        """Return the ids of all that is to be written anew, or is gone."""
        return [*self._documents, *chain.from_iterable(self._pages.values()), *self._illustrations]

    def as_now(self, catalogue: Catalogue) -> Iterator[IndexDocument | IndexPage]:
        """Yield all of it as it is now; what is gone is not there."""
        for identifier in self._documents:
            if document := catalogue.document(identifier):
                yield from _document(catalogue, document)
        for identifier, pages in self._pages.items():
            if document := catalogue.document(identifier):
                yield from _document(catalogue, document, pages)
        told = set(chain.from_iterable(self._pages.values()))
        for some in _by(_ROWS, self._illustrations):
            entries = [entry for entry in catalogue.entries(some) if entry.page.id not in told]
            vectors = catalogue.values.vectors_of([entry.illustration.id for entry in entries])
            yield from (index_document(entry, vectors.get(entry.illustration.id, ())) for entry in entries)


def _document(
    catalogue: Catalogue, document: Document, only: Collection[str] | None = None
) -> Iterator[IndexDocument | IndexPage]:
    """Yield what an index holds of a document, or of some of its pages only."""
    every = catalogue.pages(document.id)
    pages = {page.id: page for page in every if only is None or page.id in only}
    for some in _by(_ROWS, pages.values()):
        texts = catalogue.page_texts([page.id for page in some])
        yield from (index_page(document, page, texts[page.id]) for page in some if page.id in texts)
    if _APART * len(pages) > len(every):
        illustrations: Iterable[Illustration] = catalogue.illustrations_of(document=document.id)
    else:
        illustrations = chain.from_iterable(catalogue.illustrations_of(page=page) for page in pages)
    for shown in _by(_ROWS, (one for one in illustrations if one.page in pages)):
        vectors = catalogue.values.vectors_of([one.id for one in shown])
        for one in shown:
            yield index_document(Entry(one, pages[one.page], document, one.labels), vectors.get(one.id, ()))


def _by(size: int, items: Iterable[_Item]) -> Iterator[list[_Item]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
