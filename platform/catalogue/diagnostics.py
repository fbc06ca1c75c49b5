"""Diagnostics are kept by scope: a route, a page's id, or the catalogue's own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from ..records import Diagnostic, Severity
from . import tables
from .codec import clean

_TABLE = tables.diagnostics


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
    mine = (_TABLE.c.document_id == document) & (_TABLE.c.scope == scope)
    rows = connection.execute(select(_TABLE).where(mine).order_by(_TABLE.c.place))
    old = [dict(row) for row in rows.mappings()]
    if new == old:
        return False
    if old:
        connection.execute(delete(_TABLE).where(mine))
    if new:
        connection.execute(insert(_TABLE), new)
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
