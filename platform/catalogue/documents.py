"""Documents come in, by one route or several, and are forgotten."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Select, delete, insert, select, update

from ..errors import ForgottenError, NotFoundError, UsageError
from ..identity import document_id
from ..records import Article, Diagnostic, Document, Page
from . import tables
from .changes import ChangeLog, now, take
from .codec import clean, decode, encode, pack, unpack
from .compression import deflate
from .diagnostics import put_diagnostics
from .merging import in_order, keep, merge_documents, merge_pages
from .pages import put_pages, unique_keys

#: The scope of the diagnostics that the catalogue itself makes.
OWN = "catalogue"


@dataclass(frozen=True, slots=True)
class Said:
    """What one route says of a document."""

    document: Document
    route: str
    original: bytes | None
    pages: Sequence[Page]
    articles: Sequence[Article]
    diagnostics: Sequence[Diagnostic]
    unlearnt: frozenset[str] = frozenset()


def put(connection: Connection, log: ChangeLog, said: Said, *, revive: bool) -> str:
    """Take in what a route says of a document and return the document's id; see `Catalogue.put_document`."""
    names = tuple(dict.fromkeys(clean(alias) for alias in said.document.aliases if alias))
    if not names:
        raise UsageError(f"{said.document.title or 'a document'} has no alias, so it cannot be told from others")
    identifier, fresh = _find(connection, said.document, names, revive=revive)
    # Whoever writes something of a document holds its row, so that two writers never mix.
    record = connection.execute(
        select(tables.documents.c.record).where(tables.documents.c.id == identifier).with_for_update()
    ).scalar_one()
    changed = _put_aliases(connection, identifier, names)
    changed |= _put_original(connection, identifier, said)
    changed |= put_diagnostics(connection, identifier, said.route, said.diagnostics)
    moved = _put_harvest(connection, identifier, said, names)
    if moved or fresh:
        changed |= moved
        _merge(connection, log, identifier, record)
    changed |= _name_twins(connection, identifier)
    if fresh:
        log.note("document", identifier, identifier, "create")
    elif changed:
        log.note("document", identifier, identifier, "update")
    return identifier


def forget(connection: Connection, log: ChangeLog, identifier: str, reason: str) -> None:
    """Remove a document with all that hangs on it; see `Catalogue.forget`."""
    documents, illustrations, pages = tables.documents, tables.illustrations, tables.pages
    held = connection.execute(
        select(documents.c.id).where(documents.c.id == identifier).with_for_update()
    ).scalar_one_or_none()
    if held is None:
        raise NotFoundError(f"the catalogue has no document {identifier}")
    names = connection.execute(_names_of(identifier)).scalars().all()
    twins = _twins(connection, identifier)
    present = select(illustrations.c.id).where(
        illustrations.c.document_id == identifier, illustrations.c.state == "present"
    )
    for illustration in connection.execute(present.order_by(illustrations.c.id)).scalars():
        log.note("illustration", illustration, identifier, "delete")
    own = select(pages.c.id).where(pages.c.document_id == identifier).order_by(pages.c.number, pages.c.key)
    for page in connection.execute(own).scalars():
        log.note("page", page, identifier, "delete")
    log.note("document", identifier, identifier, "delete")
    connection.execute(delete(documents).where(documents.c.id == identifier))
    connection.execute(insert(tables.tombstones).values(document_id=identifier, at=now(), reason=clean(reason)))
    connection.execute(insert(tables.tombstone_aliases), [{"alias": name, "document_id": identifier} for name in names])
    for twin in twins:
        if _name_twins(connection, twin):
            log.note("document", twin, twin, "update")


def articles(connection: Connection, identifier: str) -> tuple[Article, ...]:
    """Return the articles of the most trusted route that has some."""
    table = tables.harvests
    rows = connection.execute(select(table.c.route, table.c.articles).where(table.c.document_id == identifier))
    said = in_order({row.route: decode(tuple[Article, ...], unpack(row.articles)) for row in rows})
    return next((own for own in said if own), ())


def original(connection: Connection, identifier: str) -> bytes | None:
    """Return the original of the most trusted route that has one, compressed as it is kept."""
    table = tables.originals
    rows = connection.execute(select(table.c.route, table.c.body).where(table.c.document_id == identifier))
    bodies: list[bytes] = in_order({row.route: row.body for row in rows})
    return bodies[0] if bodies else None


def _find(connection: Connection, document: Document, names: tuple[str, ...], *, revive: bool) -> tuple[str, bool]:
    """Return the id of the document with these names, and whether it was made just now."""
    if (owner := _owner(connection, names)) is not None:
        return owner, False
    # Who takes this number holds it until the end, so no two writers make one document each; one may have come before.
    arrived = take(connection, "document")
    if (owner := _owner(connection, names)) is not None:
        return owner, False
    identifier = _raise_from_the_dead(connection, document, names, revive=revive) or _free_id(connection, names)
    counts = dict.fromkeys(("page_count", "done_count", "picture_count", "noise_count"), 0)
    empty = dict.fromkeys(("provider", "series_id", "series_title", "record"), "")
    connection.execute(insert(tables.documents).values(id=identifier, arrived=arrived, **counts, **empty))
    return identifier, True


def _owner(connection: Connection, names: Sequence[str]) -> str | None:
    """Return the document with one of these names that came first."""
    owner: str | None = connection.execute(
        select(tables.documents.c.id)
        .join(tables.aliases, tables.aliases.c.document_id == tables.documents.c.id)
        .where(tables.aliases.c.alias.in_(names))
        .order_by(tables.documents.c.arrived)
        .limit(1)
    ).scalar_one_or_none()
    return owner


def _raise_from_the_dead(
    connection: Connection, document: Document, names: Sequence[str], *, revive: bool
) -> str | None:
    """Return the id that a forgotten document had, its tombstone taken away; refuse where that was not asked for."""
    table, stones = tables.tombstone_aliases, tables.tombstones
    rows = connection.execute(
        select(stones.c.document_id, stones.c.at)
        .where(stones.c.document_id.in_(select(table.c.document_id).where(table.c.alias.in_(names))))
        .order_by(stones.c.at, stones.c.document_id)
    ).all()
    if not rows:
        return None
    if not revive:
        raise ForgottenError(
            f"{document.title} ({names[0]})",
            f"it was forgotten on {rows[0].at[:10]}",
            "`estampe run --revive` takes it in again",
        )
    connection.execute(delete(stones).where(stones.c.document_id.in_([row.document_id for row in rows])))
    return str(rows[0].document_id)


def _free_id(connection: Connection, names: tuple[str, ...]) -> str:
    """Return the id that the canonical alias gives; a suffix tells it from another document that has it, or had it."""
    wanted = candidate = document_id(names)
    number = 1
    while any(
        connection.execute(select(column).where(column == candidate)).first()
        for column in (tables.documents.c.id, tables.tombstones.c.document_id)
    ):
        number += 1
        candidate = f"{wanted}-{number}"
    return candidate


def _names_of(identifier: str) -> Select[str]:
    table = tables.aliases
    return select(table.c.alias).where(table.c.document_id == identifier)


def _put_aliases(connection: Connection, identifier: str, names: Sequence[str]) -> bool:
    known = set(connection.execute(_names_of(identifier)).scalars())
    new = [{"alias": name, "document_id": identifier} for name in names if name not in known]
    if new:
        connection.execute(insert(tables.aliases), new)
    return bool(new)


def _put_original(connection: Connection, identifier: str, said: Said) -> bool:
    if said.original is None:
        return False
    table = tables.originals
    digest = hashlib.sha256(said.original).hexdigest()
    mine = (table.c.document_id == identifier) & (table.c.route == said.route)
    if connection.execute(select(table.c.digest).where(mine)).scalar_one_or_none() == digest:
        return False
    connection.execute(delete(table).where(mine))
    connection.execute(
        insert(table).values(document_id=identifier, route=said.route, digest=digest, body=deflate(said.original))
    )
    return True


def _put_harvest(connection: Connection, identifier: str, said: Said, names: tuple[str, ...]) -> bool:
    table = tables.harvests
    mine = (table.c.document_id == identifier) & (table.c.route == said.route)
    before = connection.execute(select(table.c.digest, table.c.record).where(mine)).one_or_none()
    document = replace(said.document, id=identifier, aliases=names)
    if before and said.unlearnt:
        document = keep(document, decode(Document, before.record), said.unlearnt)
    record = encode(document)
    pages, own_articles = encode(unique_keys(said.pages)), encode(tuple(said.articles))
    digest = hashlib.sha256("\0".join((record, pages, own_articles)).encode()).hexdigest()
    if before and before.digest == digest:
        return False
    connection.execute(delete(table).where(mine))
    connection.execute(
        insert(table).values(
            document_id=identifier,
            route=said.route,
            at=now(),
            digest=digest,
            record=record,
            pages=pack(pages),
            articles=pack(own_articles),
        )
    )
    return True


def _merge(connection: Connection, log: ChangeLog, identifier: str, before: str) -> None:
    """Make the document and its pages anew from what all routes say."""
    table = tables.harvests
    rows = connection.execute(select(table).where(table.c.document_id == identifier)).all()
    document = merge_documents(in_order({row.route: decode(Document, row.record) for row in rows}))
    pages = merge_pages(in_order({row.route: decode(tuple[Page, ...], unpack(row.pages)) for row in rows}))
    record = encode(document)
    if record != before:
        connection.execute(
            update(tables.documents)
            .where(tables.documents.c.id == identifier)
            .values(
                provider=clean(document.provider),
                series_id=clean(document.series.id) if document.series else "",
                series_title=clean(document.series.title) if document.series else "",
                date_start=document.date.start.isoformat() if document.date and document.date.start else None,
                date_end=document.date.end.isoformat() if document.date and document.date.end else None,
                record=record,
            )
        )
    put_pages(connection, log, identifier, pages)


def _twins(connection: Connection, identifier: str) -> Sequence[str]:
    """Return the other documents that have a name of this one."""
    table = tables.aliases
    return (
        connection.execute(
            select(table.c.document_id)
            .where(table.c.alias.in_(_names_of(identifier)), table.c.document_id != identifier)
            .distinct()
            .order_by(table.c.document_id)
        )
        .scalars()
        .all()
    )


def _name_twins(connection: Connection, identifier: str) -> bool:
    """Say in a diagnostic which other documents turned out to be this one."""
    twins = [
        Diagnostic(
            "document-known-twice",
            f"{twin} has a name in common with this document, and came before that was known: forget one of them",
        )
        for twin in _twins(connection, identifier)
    ]
    return put_diagnostics(connection, identifier, OWN, twins)
