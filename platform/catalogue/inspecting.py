"""Whether the catalogue agrees with itself, and what others should hold of it: asked some documents at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, Protocol, TypeVar

from sqlalchemy import Connection, func, insert, select, update

from . import tables
from .changes import ChangeLog, now
from .forgetting import half_forgotten
from .pages import recount
from .rows import PRESENT
from .strays import Strays, remove_strays, strays

_T = TypeVar("_T")
_DOCUMENTS, _PAGES, _FOUND = tables.documents, tables.pages, tables.illustrations
_CHANGES, _COUNTERS = tables.changes, tables.counters
_COUNTS = ("page_count", "done_count", "picture_count", "noise_count")
#: What the sequences number.
_NUMBERED = (
    ("change", _CHANGES.c.sequence),
    ("document", _DOCUMENTS.c.arrived),
    ("job", tables.jobs.c.number),
    ("refusal", tables.refusals.c.number),
    ("review", tables.reviews.c.number),
    ("task", tables.tasks.c.number),
)
#: Changes that one query counts, or one transaction writes.
_AT_ONCE: Final = 100_000
#: Pages that documents which are looked at together have, unless one alone has more.
_PAGES_AT_ONCE: Final = 5000


@dataclass(frozen=True, slots=True)
class Miscount:
    """A document whose counts are not what there is: pages, pages done, pictures, noise."""

    document: str
    said: tuple[int, ...]
    counted: tuple[int, ...]


class _Read(Protocol):
    def __call__(self, function: Callable[[Connection], _T], /) -> _T: ...


class _Write(Protocol):
    def __call__(self, function: Callable[[Connection, ChangeLog], _T], /) -> _T: ...


class Inspection:
    """Asks a catalogue whether all in it agrees; `Catalogue.inspection` has it. Each call reads a bounded part."""

    def __init__(self, read: _Read, write: _Write) -> None:
        self._read, self._write = read, write

    def documents(self, after: str = "", limit: int = 100) -> list[str]:
        """Return the ids of documents in their order, after one of them: fewer where they have very many pages."""
        table = _DOCUMENTS.c
        query = select(table.id, table.page_count).where(table.id > after).order_by(table.id).limit(limit)
        rows = self._read(lambda connection: connection.execute(query).all())
        reached = list(accumulate(row.page_count for row in rows))
        return [row.id for place, row in enumerate(rows) if not place or reached[place] <= _PAGES_AT_ONCE]

    def existing(self, documents: Sequence[str]) -> set[str]:
        """Return those of some documents that are there."""
        query = select(_DOCUMENTS.c.id).where(_DOCUMENTS.c.id.in_(documents))
        return self._read(lambda connection: set(connection.execute(query).scalars()))

    def indexed(self, documents: Sequence[str]) -> dict[str, set[str]]:
        """Return what an index should hold of documents: their illustrations, and their pages that have words."""
        texts = tables.page_texts
        shown = select(_FOUND.c.document_id, _FOUND.c.id).where(
            _FOUND.c.document_id.in_(documents), _FOUND.c.state == PRESENT
        )
        worded = select(_PAGES.c.document_id, _PAGES.c.id).join(texts, texts.c.page_id == _PAGES.c.id)
        both = shown.union_all(worded.where(_PAGES.c.document_id.in_(documents)))

        def run(connection: Connection) -> dict[str, set[str]]:
            found: dict[str, set[str]] = {document: set() for document in documents}
            for document, identifier in connection.execute(both):
                found[document].add(identifier)
            return found

        return self._read(run)

    # --- counts

    def miscounts(self, documents: Sequence[str]) -> list[Miscount]:
        """Return those of some documents whose counts are not what there is."""
        return self._read(lambda connection: _miscounts(connection, documents))

    def recount(self, document: str) -> None:
        """Count a document's pages and illustrations anew."""
        held = select(_DOCUMENTS.c.id).where(_DOCUMENTS.c.id == document).with_for_update()

        def run(connection: Connection, _log: ChangeLog) -> None:
            connection.execute(held)
            recount(connection, document)

        self._write(run)

    # --- numbers

    def lagging(self) -> list[tuple[str, int, int]]:
        """Return the sequences whose last number is noted as less than it is: name, noted, newest."""
        return self._read(_lagging)

    def count_on(self, name: str, newest: int) -> None:
        """Let a sequence go on after a number."""
        later = update(tables.counters).where(_COUNTERS.c.name == name, _COUNTERS.c.value < newest)
        self._write(lambda connection, _: connection.execute(later.values(value=newest)))

    def holes(self) -> Iterator[tuple[int, int]]:
        """Yield the places in the sequence of changes where there are none: first and last of each hole."""
        last, start = self._read(_last), 1
        while start <= last:
            end = min(start + _AT_ONCE - 1, last)
            yield from self._read(lambda connection, start=start, end=end: _holes(connection, start, end))  # type: ignore[misc]
            start = end + 1

    def fill(self, first: int, last: int) -> bool:
        """Let changes stand in a hole that say once more to look at a document beside it; say whether there is one.

        What the lost ones told is not known. So those who follow are to be compared with the catalogue as well.
        """
        for start in range(first, last + 1, _AT_ONCE // 10):
            end = min(start + _AT_ONCE // 10 - 1, last)
            if not self._write(lambda connection, _, start=start, end=end: _fill(connection, start, end)):  # type: ignore[misc]
                return False
        return True

    # --- what hangs on nothing

    def strays(self) -> list[Strays]:
        """Return the tables with machine values whose illustration, page or run is not there."""
        return self._read(strays)

    def remove_strays(self, table: str) -> None:
        """Remove the values of a table that hang on nothing: nobody can see them."""
        self._write(lambda connection, _: remove_strays(connection, table))

    # --- the unfinished

    def half_forgotten(self) -> list[str]:
        """Return the documents whose forgetting did not come to its end."""
        return self._read(half_forgotten)


def _miscounts(connection: Connection, documents: Sequence[str]) -> list[Miscount]:
    counted: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    pages = select(_PAGES.c.document_id, func.count(), func.count(func.nullif(_PAGES.c.fingerprint, "")))
    found = select(_FOUND.c.document_id, func.count(), func.count(_FOUND.c.noise)).where(_FOUND.c.state == PRESENT)
    for document, every, done in connection.execute(
        pages.where(_PAGES.c.document_id.in_(documents)).group_by(_PAGES.c.document_id)
    ):
        counted[document][:2] = [every, done]
    for document, every, noise in connection.execute(
        found.where(_FOUND.c.document_id.in_(documents)).group_by(_FOUND.c.document_id)
    ):
        counted[document][2:] = [every - noise, noise]
    said = select(_DOCUMENTS.c.id, *(_DOCUMENTS.c[name] for name in _COUNTS)).where(_DOCUMENTS.c.id.in_(documents))
    return [
        Miscount(document, tuple(counts), tuple(counted[document]))
        for document, *counts in connection.execute(said.order_by(_DOCUMENTS.c.id))
        if counts != counted[document]
    ]


def _lagging(connection: Connection) -> list[tuple[str, int, int]]:
    given = {row.name: row.value for row in connection.execute(select(_COUNTERS))}
    newest = {name: connection.execute(select(func.max(column))).scalar_one() or 0 for name, column in _NUMBERED}
    return [(name, given.get(name, 0), last) for name, last in newest.items() if given.get(name, 0) < last]


def _last(connection: Connection) -> int:
    """Return the last number that was given out, or that there is."""
    given = connection.execute(select(_COUNTERS.c.value).where(_COUNTERS.c.name == "change")).scalar_one_or_none()
    newest = connection.execute(select(func.max(_CHANGES.c.sequence))).scalar_one()
    return max(given or 0, newest or 0)


def _holes(connection: Connection, start: int, end: int) -> list[tuple[int, int]]:
    within = _CHANGES.c.sequence.between(start, end)
    if connection.execute(select(func.count()).where(within)).scalar_one() == end - start + 1:
        return []
    holes, expected = [], start
    for number in connection.execute(select(_CHANGES.c.sequence).where(within).order_by(_CHANGES.c.sequence)).scalars():
        if number > expected:
            holes.append((expected, number - 1))
        expected = number + 1
    return [*holes, (expected, end)] if expected <= end else holes


def _fill(connection: Connection, first: int, last: int) -> bool:
    # Nobody numbers a change meanwhile.
    counter = _COUNTERS.c.name == "change"
    given = connection.execute(select(_COUNTERS.c.value).where(counter).with_for_update()).scalar_one()
    beside = select(_CHANGES.c.document).order_by(func.abs(_CHANGES.c.sequence - first)).limit(1)
    near = _CHANGES.c.sequence.between(first - 1, last + 1)
    document = connection.execute(beside.where(near)).scalar_one_or_none()
    document = document or connection.execute(select(_DOCUMENTS.c.id).limit(1)).scalar_one_or_none()
    if document is None:
        return False
    there = connection.execute(select(_DOCUMENTS.c.id).where(_DOCUMENTS.c.id == document)).first()
    line = {"entity": "document", "id": document, "document": document, "what": "update" if there else "delete"}
    connection.execute(insert(_CHANGES), [{"sequence": n, "at": now(), **line} for n in range(first, last + 1)])
    if given < last:
        connection.execute(update(tables.counters).where(counter).values(value=last))
    return True
