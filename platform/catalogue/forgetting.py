"""Forgetting a document, some pages at a time: so many locks and changes in one transaction, however long it is.

The tombstone comes first, so that nothing of the document comes in any more; the document goes last, with its names,
so that whoever asks again after a crash finds what is left.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, delete, exists, insert, select

from ..errors import NotFoundError
from . import tables
from .changes import ChangeLog, now
from .codec import clean
from .documents import name_twins, names_of, twins_of
from .matches import note_partners
from .pages import recount
from .rows import PRESENT

#: Pages that go in one transaction, with what hangs on them.
BATCH: Final = 200
_DOCUMENTS, _PAGES, _FOUND, _STONES = tables.documents, tables.pages, tables.illustrations, tables.tombstones


def step(connection: Connection, log: ChangeLog, identifier: str, reason: str) -> bool:
    """Forget some pages of a document, and the document with the last of them; say whether that was all.

    Raises NotFoundError.
    """
    held = select(_DOCUMENTS.c.id).where(_DOCUMENTS.c.id == identifier).with_for_update()
    if connection.execute(held).scalar_one_or_none() is None:
        raise NotFoundError(f"the catalogue has no document {identifier}")
    _bury(connection, identifier, reason)
    pages = _remove_pages(connection, log, identifier)
    if len(pages) == BATCH:
        recount(connection, identifier)
        return False
    twins = twins_of(connection, identifier)
    log.note("document", identifier, identifier, "delete")
    connection.execute(delete(_DOCUMENTS).where(_DOCUMENTS.c.id == identifier))
    for twin in twins:
        if name_twins(connection, twin):
            log.note("document", twin, twin, "update")
    return True


def half_forgotten(connection: Connection) -> list[str]:
    """Return the documents whose forgetting did not come to its end."""
    both = select(_DOCUMENTS.c.id).join(_STONES, _STONES.c.document_id == _DOCUMENTS.c.id)
    return list(connection.execute(both.order_by(_DOCUMENTS.c.id)).scalars())


def _bury(connection: Connection, identifier: str, reason: str) -> None:
    if connection.execute(select(exists().where(_STONES.c.document_id == identifier))).scalar_one():
        return
    names = names_of(connection, identifier)
    connection.execute(insert(_STONES).values(document_id=identifier, at=now(), reason=clean(reason)))
    connection.execute(insert(tables.tombstone_aliases), [{"alias": name, "document_id": identifier} for name in names])


def _remove_pages(connection: Connection, log: ChangeLog, identifier: str) -> list[str]:
    """Remove the first pages that are left, with what hangs on them."""
    own = select(_PAGES.c.id).where(_PAGES.c.document_id == identifier)
    pages = list(connection.execute(own.order_by(_PAGES.c.number, _PAGES.c.key).limit(BATCH)).scalars())
    present = select(_FOUND.c.id).where(_FOUND.c.page_id.in_(pages), _FOUND.c.state == PRESENT)
    leaving = list(connection.execute(present.order_by(_FOUND.c.id)).scalars())
    for illustration in leaving:
        log.note("illustration", illustration, identifier, "delete")
    note_partners(connection, log, leaving)
    for page in pages:
        log.note("page", page, identifier, "delete")
    odd = tables.diagnostics
    connection.execute(delete(odd).where(odd.c.document_id == identifier, odd.c.scope.in_(pages)))
    connection.execute(delete(_PAGES).where(_PAGES.c.id.in_(pages)))
    return pages
