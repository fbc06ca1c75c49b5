"""Diagnostics are kept by scope: a route, a page's id, or the catalogue's own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select

from ..records import Diagnostic, Severity
from . import tables
from .codec import clean

_TABLE = tables.diagnostics
_MINE = (_TABLE.c.document_id == bindparam("_document")) & (_TABLE.c.scope == bindparam("_scope"))
_READ = select(_TABLE).where(_MINE).order_by(_TABLE.c.place)
_DELETE = delete(_TABLE).where(_MINE)
_INSERT = insert(_TABLE)


def put_diagnostics(connection: Connection, document: str, scope: str, diagnostics: Sequence[Diagnostic]) -> bool:
    """Replace the diagnostics of a scope; say whether that changed anything."""
    new = [
        {
            "document_id": document,
            "scope": scope,
            "place": place,
            "code": clean(diagnostic.code),
            "message": clean(diagnostic.message),
            "severity": str(diagnostic.severity),
            "location": clean(diagnostic.where),
        }
        for place, diagnostic in enumerate(dict.fromkeys(diagnostics))
    ]
    mine = {"_document": document, "_scope": scope}
    old = [dict(row) for row in connection.execute(_READ, mine).mappings()]
    if new == old:
        return False
    if old:
        connection.execute(_DELETE, mine)
    if new:
        connection.execute(_INSERT, new)
    return True


def diagnostics_of(connection: Connection, document: str) -> tuple[Diagnostic, ...]:
    """Return all diagnostics of a document, those of the whole document first, then by page."""
    pages = tables.pages
    rows = connection.execute(
        select(_TABLE)
        .outerjoin(pages, pages.c.id == _TABLE.c.scope)
        .where(_TABLE.c.document_id == document)
        .order_by(pages.c.number.is_not(None), pages.c.number, _TABLE.c.scope, _TABLE.c.place)
    )
    return tuple(Diagnostic(row.code, row.message, Severity(row.severity), row.location) for row in rows)
