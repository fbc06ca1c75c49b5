"""What the catalogue has, read in batches: a number of queries that does not grow with what is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import ColumnElement, Connection, RowMapping, func, select

from ..records import Document, Illustration, Page, Run
from . import tables, words
from .codec import decode, unpack
from .findings import Found, shown_findings
from .kinds import with_kinds
from .labels import shown_labels
from .merging import in_order
from .results import Entry, Harvest, Tombstone
from .rows import PRESENT, TEXT_COLUMNS, batches, from_row
from .words import PageText

_ILLUSTRATIONS = tables.illustrations
#: Illustrations whose labels are read at once.
_AT_ONCE: Final = 500
#: The order on a page: from the top, then from the left.
_ON_PAGE = [_ILLUSTRATIONS.c[name] for name in ("y", "x", "h", "w", "id")]


def resolve(connection: Connection, name: str) -> str | None:
    """Return the id of the document that has this id or alias."""
    table, names = tables.documents, tables.aliases
    found = connection.execute(select(table.c.id).where(table.c.id == name)).scalar_one_or_none()
    if found is None:
        by_name = select(table.c.id).join(names, names.c.document_id == table.c.id).where(names.c.alias == name)
        found = connection.execute(by_name.order_by(table.c.arrived).limit(1)).scalar_one_or_none()
    return found


def tombstone(connection: Connection, name: str) -> Tombstone | None:
    """Return what is left of a forgotten document, by its id or one of its aliases."""
    table, names = tables.tombstones, tables.tombstone_aliases
    by_alias = select(names.c.document_id).where(names.c.alias == name)
    row = connection.execute(select(table).where((table.c.document_id == name) | table.c.document_id.in_(by_alias)))
    if (found := row.first()) is None:
        return None
    own = select(names.c.alias).where(names.c.document_id == found.document_id).order_by(names.c.alias)
    return Tombstone(found.document_id, tuple(connection.execute(own).scalars()), found.at, found.reason)


def documents(
    connection: Connection, after: str, limit: int, provider: str | None, series: str | None
) -> list[Document]:
    """Return documents in the order of their ids."""
    table = tables.documents
    query = select(table.c.record).where(table.c.id > after).order_by(table.c.id).limit(limit)
    if provider is not None:
        query = query.where(table.c.provider == provider)
    if series is not None:
        query = query.where(table.c.series_id == series)
    return [decode(Document, record) for record in connection.execute(query).scalars()]


def documents_by_id(connection: Connection, ids: Iterable[str]) -> dict[str, Document]:
    """Return documents by their ids."""
    table = tables.documents
    return {
        row.id: decode(Document, row.record)
        for some in batches(ids)
        for row in connection.execute(select(table.c.id, table.c.record).where(table.c.id.in_(some)))
    }


def harvests(connection: Connection, document: str) -> tuple[Harvest, ...]:
    """Return the routes by which a document came."""
    table = tables.harvests
    rows = connection.execute(select(table.c.route, table.c.at).where(table.c.document_id == document))
    return tuple(in_order({row.route: Harvest(row.route, row.at) for row in rows}))


def pages_of(connection: Connection, document: str) -> tuple[Page, ...]:
    """Return a document's pages in their order."""
    table = tables.pages
    query = select(table.c.record).where(table.c.document_id == document).order_by(table.c.number, table.c.key)
    pages = [decode(Page, record) for record in connection.execute(query).scalars()]
    return tuple(with_kinds(connection, pages))


def said_pages(connection: Connection, document: str) -> tuple[Page, ...]:
    """Return a document's pages as each route says them, the most trusted route first."""
    table = tables.harvests
    rows = connection.execute(select(table.c.route, table.c.pages).where(table.c.document_id == document))
    said = in_order({row.route: decode(tuple[Page, ...], unpack(row.pages)) for row in rows})
    return tuple(page for pages in said for page in pages)


def pages_by_id(connection: Connection, ids: Iterable[str]) -> dict[str, Page]:
    """Return pages by their ids."""
    table = tables.pages
    pages = [
        decode(Page, record)
        for some in batches(ids)
        for record in connection.execute(select(table.c.record).where(table.c.id.in_(some))).scalars()
    ]
    return {page.id: page for page in with_kinds(connection, pages)}


def pages_with_fingerprints(connection: Connection, ids: Sequence[str]) -> list[tuple[Page, str]]:
    """Return pages with what they were made from, in the order asked for."""
    table = tables.pages
    pages, made_from = [], {}
    for some in batches(ids):
        query = select(table.c.id, table.c.record, table.c.fingerprint).where(table.c.id.in_(some))
        for row in connection.execute(query):
            pages.append(decode(Page, row.record))
            made_from[row.id] = row.fingerprint
    found = {page.id: (page, made_from[page.id]) for page in with_kinds(connection, pages)}
    return [found[identifier] for identifier in ids if identifier in found]


def page_count(connection: Connection, document: str) -> int:
    """Return how many pages a document has."""
    table = tables.pages
    count = select(func.count()).select_from(table).where(table.c.document_id == document)
    return int(connection.execute(count).scalar_one())


def fingerprint(connection: Connection, page: str) -> str:
    """Return what a page was last made from."""
    table = tables.pages
    return connection.execute(select(table.c.fingerprint).where(table.c.id == page)).scalar_one_or_none() or ""


def fingerprints(connection: Connection, document: str) -> dict[str, str]:
    """Return what each page of a document was made from, by page id; empty for those that are still to be read."""
    table = tables.pages
    rows = connection.execute(select(table.c.id, table.c.fingerprint).where(table.c.document_id == document))
    return {row.id: row.fingerprint for row in rows}


def page_texts(connection: Connection, ids: Iterable[str]) -> dict[str, PageText]:
    """Return the words of pages, by page id; those that have none are left out."""
    table = tables.page_texts
    return {
        row.page_id: words.decode(row.words)
        for some in batches(ids)
        for row in connection.execute(select(table.c.page_id, table.c.words).where(table.c.page_id.in_(some)))
    }


def illustrations(connection: Connection, ids: Sequence[str]) -> list[Illustration]:
    """Return illustrations in the order asked for; those that are not shown are left out."""
    rows = [row for some in batches(ids) for row in _rows(connection, _ILLUSTRATIONS.c.id.in_(some))]
    found = {one.id: one for one in _with_values(connection, rows)}
    return [found[id_] for id_ in ids if id_ in found]


def illustrations_of(connection: Connection, column: str, identifier: str) -> list[Illustration]:
    """Return the illustrations of a page or a document (``page_id``, ``document_id``), page by page from the top."""
    pages = tables.pages
    query = (
        select(_ILLUSTRATIONS)
        .join(pages, pages.c.id == _ILLUSTRATIONS.c.page_id)
        .where(_ILLUSTRATIONS.c[column] == identifier, _ILLUSTRATIONS.c.state == PRESENT)
        .order_by(pages.c.number, pages.c.key, *_ON_PAGE)
    )
    return _with_values(connection, connection.execute(query).mappings().all())


def entries(connection: Connection, ids: Sequence[str]) -> list[Entry]:
    """Return illustrations with their pages and documents, in the order asked for; those not shown are left out."""
    found = illustrations(connection, ids)
    pages = pages_by_id(connection, {one.page for one in found})
    owners = documents_by_id(connection, {one.document for one in found})
    return [Entry(one, pages[one.page], owners[one.document], one.labels) for one in found]


def entries_of(connection: Connection, document: str) -> list[Entry]:
    """Return all illustrations of a document, page by page, with their pages and the document."""
    found = illustrations_of(connection, "document_id", document)
    pages = {page.id: page for page in pages_of(connection, document)}
    owners = documents_by_id(connection, [document])
    return [Entry(one, pages[one.page], owners[document], one.labels) for one in found]


def runs(connection: Connection) -> dict[str, Run]:
    """Return all runs by id, oldest first."""
    table = tables.runs
    rows = connection.execute(select(table).order_by(table.c.place))
    return {row.id: decode(Run, row.record) for row in rows}


def _rows(connection: Connection, which: ColumnElement[bool]) -> Sequence[RowMapping]:
    query = select(_ILLUSTRATIONS).where(which, _ILLUSTRATIONS.c.state == PRESENT)
    return connection.execute(query).mappings().all()


def _with_values(connection: Connection, rows: Sequence[RowMapping]) -> list[Illustration]:
    """Return illustrations with what is shown of them."""
    illustrations = []
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        labels = shown_labels(connection, [row["id"] for row in some])
        found = shown_findings(connection, {row["id"]: {name: row[name] for name in TEXT_COLUMNS} for row in some})
        for row in some:
            own = found.get(row["id"], Found())
            one = from_row(row, labels.get(row["id"], ()))
            if own.detections or own.mentions:
                one = replace(one, detections=own.detections, mentions=own.mentions)
            illustrations.append(one)
    return illustrations
