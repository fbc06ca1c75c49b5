"""Documents come in, by one route or several."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, insert, select, update

from ..errors import ForgottenError, UsageError
from ..identity import document_id
from ..records import Article, Diagnostic, Document, Page, Severity
from . import dialect, tables
from .changes import ChangeLog, now, take
from .codec import clean, decode, encode, pack, unpack
from .compression import deflate
from .diagnostics import put_diagnostics
from .manifests import are_rivals, manifests, prevailing
from .merging import in_order, keep, merge_documents, merge_pages
from .pages import put_pages, unique_keys

#: The scope of the diagnostics that the catalogue itself makes.
OWN = "catalogue"

# Statements of the way that every document goes are made once: making them takes SQLAlchemy longer than running them.
_DOCUMENTS, _ALIASES, _ORIGINALS, _HARVESTS = tables.documents, tables.aliases, tables.originals, tables.harvests
_HOLD = (
    select(
        _DOCUMENTS.c.record, exists().where(tables.tombstones.c.document_id == _DOCUMENTS.c.id).label("being_forgotten")
    )
    .where(_DOCUMENTS.c.id == bindparam("document"))
    .with_for_update(of=_DOCUMENTS)
)
_OWNER = (
    select(_DOCUMENTS.c.id)
    .join(_ALIASES, _ALIASES.c.document_id == _DOCUMENTS.c.id)
    .where(_ALIASES.c.alias.in_(bindparam("names", expanding=True)))
    .order_by(_DOCUMENTS.c.arrived)
    .limit(1)
)
_NAMES = select(_ALIASES.c.alias).where(_ALIASES.c.document_id == bindparam("document"))
_TWINS = (
    select(_ALIASES.c.document_id)
    .where(_ALIASES.c.alias.in_(_NAMES), _ALIASES.c.document_id != bindparam("document"))
    .distinct()
    .order_by(_ALIASES.c.document_id)
)
_BURIED = (
    select(tables.tombstones.c.document_id, tables.tombstones.c.at)
    .where(
        tables.tombstones.c.document_id.in_(
            select(tables.tombstone_aliases.c.document_id).where(
                tables.tombstone_aliases.c.alias.in_(bindparam("names", expanding=True))
            )
        )
    )
    .order_by(tables.tombstones.c.at, tables.tombstones.c.document_id)
)
_TAKEN = [
    select(column).where(column == bindparam("document"))
    for column in (_DOCUMENTS.c.id, tables.tombstones.c.document_id)
]
_INSERT_DOCUMENT, _INSERT_ALIASES = insert(_DOCUMENTS), insert(_ALIASES)
_UPDATE_DOCUMENT = update(_DOCUMENTS).where(_DOCUMENTS.c.id == bindparam("_document"))
_MY_ORIGINAL = (_ORIGINALS.c.document_id == bindparam("_document")) & (_ORIGINALS.c.route == bindparam("_route"))
_READ_ORIGINAL = select(_ORIGINALS.c.digest).where(_MY_ORIGINAL)
_DELETE_ORIGINAL, _INSERT_ORIGINAL = delete(_ORIGINALS).where(_MY_ORIGINAL), insert(_ORIGINALS)
_MY_HARVEST = (_HARVESTS.c.document_id == bindparam("_document")) & (_HARVESTS.c.route == bindparam("_route"))
_READ_HARVEST = select(_HARVESTS.c.digest, _HARVESTS.c.record).where(_MY_HARVEST)
_DELETE_HARVEST, _INSERT_HARVEST = delete(_HARVESTS).where(_MY_HARVEST), insert(_HARVESTS)
_ROUTES = select(_HARVESTS.c.route, _HARVESTS.c.record, _HARVESTS.c.pages).where(
    _HARVESTS.c.document_id == bindparam("document")
)


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
    held = None
    while held is None:
        # It may be forgotten between the two steps.
        identifier, fresh = _find(connection, said.document, names, revive=revive)
        # Whoever writes something of a document holds its row, so that two writers never mix.
        held = connection.execute(_HOLD, {"document": identifier}).one_or_none()
    if held.being_forgotten:
        _raise_from_the_dead(connection, said.document, names, revive=False)
    changed = _put_aliases(connection, identifier, names)
    before = connection.execute(_READ_HARVEST, {"_document": identifier, "_route": said.route}).one_or_none()
    known = decode(Document, before.record).aliases if before else ()
    if are_rivals(names, known):
        changed |= _name_rivals(connection, identifier, said.route, prevailing(names, known))
    if prevailing(names, known) == names:
        changed |= _put_original(connection, identifier, said)
        changed |= put_diagnostics(connection, identifier, said.route, said.diagnostics)
        moved = _put_harvest(connection, identifier, said, names, before)
        if moved or fresh:
            changed |= moved
            _merge(connection, log, identifier, held.record)
    changed |= name_twins(connection, identifier)
    if fresh:
        # Late, for whoever makes another document waits for this number from here on.
        connection.execute(_UPDATE_DOCUMENT, {"_document": identifier, "arrived": take(connection, "document")})
        log.note("document", identifier, identifier, "create")
    elif changed:
        log.note("document", identifier, identifier, "update")
    return identifier


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
    # So no two writers make one document each; one may have come before.
    dialect.lock_names(connection, names)
    if (owner := _owner(connection, names)) is not None:
        return owner, False
    identifier = _raise_from_the_dead(connection, document, names, revive=revive) or _free_id(connection, names)
    counts = dict.fromkeys(("page_count", "done_count", "picture_count", "noise_count"), 0)
    empty = dict.fromkeys(("provider", "series_id", "series_title", "record"), "")
    connection.execute(_INSERT_DOCUMENT, {"id": identifier, "arrived": 0, **counts, **empty})
    return identifier, True


def _owner(connection: Connection, names: Sequence[str]) -> str | None:
    """Return the document with one of these names that came first."""
    owner: str | None = connection.execute(_OWNER, {"names": list(names)}).scalar_one_or_none()
    return owner


def _raise_from_the_dead(
    connection: Connection, document: Document, names: Sequence[str], *, revive: bool
) -> str | None:
    """Return the id that a forgotten document had, its tombstone taken away; refuse where that was not asked for."""
    stones = tables.tombstones
    rows = connection.execute(_BURIED, {"names": list(names)}).all()
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
    while any(connection.execute(taken, {"document": candidate}).first() for taken in _TAKEN):
        number += 1
        candidate = f"{wanted}-{number}"
    return candidate


def names_of(connection: Connection, identifier: str) -> Sequence[str]:
    """Return all aliases of a document."""
    return connection.execute(_NAMES, {"document": identifier}).scalars().all()


def _put_aliases(connection: Connection, identifier: str, names: Sequence[str]) -> bool:
    known = set(names_of(connection, identifier))
    new = [{"alias": name, "document_id": identifier} for name in names if name not in known]
    if new:
        connection.execute(_INSERT_ALIASES, new)
    return bool(new)


def _put_original(connection: Connection, identifier: str, said: Said) -> bool:
    if said.original is None:
        return False
    digest = hashlib.sha256(said.original).hexdigest()
    mine = {"_document": identifier, "_route": said.route}
    before = connection.execute(_READ_ORIGINAL, mine).scalar_one_or_none()
    if before == digest:
        return False
    if before is not None:
        connection.execute(_DELETE_ORIGINAL, mine)
    body = {"document_id": identifier, "route": said.route, "digest": digest, "body": deflate(said.original)}
    connection.execute(_INSERT_ORIGINAL, body)
    return True


def _put_harvest(
    connection: Connection, identifier: str, said: Said, names: tuple[str, ...], before: Row[Any, Any] | None
) -> bool:
    mine = {"_document": identifier, "_route": said.route}
    document = replace(said.document, id=identifier, aliases=names)
    if before and said.unlearnt:
        document = keep(document, decode(Document, before.record), said.unlearnt)
    record = encode(document)
    pages, own_articles = encode(unique_keys(said.pages)), encode(tuple(said.articles))
    digest = hashlib.sha256("\0".join((record, pages, own_articles)).encode()).hexdigest()
    if before and before.digest == digest:
        return False
    if before:
        connection.execute(_DELETE_HARVEST, mine)
    connection.execute(
        _INSERT_HARVEST,
        {
            "document_id": identifier,
            "route": said.route,
            "at": now(),
            "digest": digest,
            "record": record,
            "pages": pack(pages),
            "articles": pack(own_articles),
        },
    )
    return True


def _merge(connection: Connection, log: ChangeLog, identifier: str, before: str) -> None:
    """Make the document and its pages anew from what all routes say."""
    rows = connection.execute(_ROUTES, {"document": identifier}).all()
    document = merge_documents(in_order({row.route: decode(Document, row.record) for row in rows}))
    if before:
        # That is told by the source of the whole, and by none of the routes.
        document = replace(document, withdrawn=decode(Document, before).withdrawn)
    pages = merge_pages(in_order({row.route: decode(tuple[Page, ...], unpack(row.pages)) for row in rows}))
    record = encode(document)
    if record != before:
        values = {
            "provider": clean(document.provider),
            "series_id": clean(document.series.id) if document.series else "",
            "series_title": clean(document.series.title) if document.series else "",
            "date_start": document.date.start.isoformat() if document.date and document.date.start else None,
            "date_end": document.date.end.isoformat() if document.date and document.date.end else None,
            "record": record,
        }
        connection.execute(_UPDATE_DOCUMENT, {"_document": identifier, **values})
    put_pages(connection, log, identifier, pages)


def twins_of(connection: Connection, identifier: str) -> Sequence[str]:
    """Return the other documents that have a name of this one."""
    return connection.execute(_TWINS, {"document": identifier}).scalars().all()


def _name_rivals(connection: Connection, identifier: str, route: str, used: tuple[str, ...]) -> bool:
    """Say in a diagnostic that the document has more than one manifest, and which of them is used."""
    address = manifests(used)[0].removeprefix("iiif:")
    message = f"it has more than one manifest; the one at {address} is used; to use another, forget the document first"
    remark = Diagnostic("manifest-elsewhere", message, Severity.INFO)
    return put_diagnostics(connection, identifier, f"{route} manifests", [remark])


def name_twins(connection: Connection, identifier: str) -> bool:
    """Say in a diagnostic which other documents turned out to be this one."""
    twins = [
        Diagnostic(
            "document-known-twice",
            f"{twin} has a name in common with this document, and came before that was known: forget one of them",
        )
        for twin in twins_of(connection, identifier)
    ]
    return put_diagnostics(connection, identifier, OWN, twins)
