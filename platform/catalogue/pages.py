"""The pages of a document: made from what its routes say, and from what was seen when they were read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, bindparam, delete, func, select, update

from ..identity import page_id
from ..records import ImageSource, Page, Size
from . import dialect, tables, words
from .boxes import rescale
from .changes import ChangeLog
from .codec import clean, decode, encode
from .findings import rescale_findings
from .matches import note_partners
from .merging import learn
from .rows import PRESENT, batches

_TABLE = tables.pages
_READ = select(_TABLE).where(_TABLE.c.document_id == bindparam("document"))
_UPDATE = update(_TABLE).where(_TABLE.c.id == bindparam("_id"))


@dataclass(frozen=True, slots=True)
class Seen:
    """What reading a page told, that no route had said."""

    size: Size | None = None
    image: ImageSource | None = None


def unique_keys(pages: Iterable[Page]) -> tuple[Page, ...]:
    """Tell pages of the same key apart by a number, in their order."""
    seen: dict[str, int] = {}
    result = []
    for page in pages:
        seen[page.key] = count = seen.get(page.key, 0) + 1
        result.append(page if count == 1 else replace(page, key=f"{page.key}-{count}"))
    return tuple(result)


def put_pages(connection: Connection, log: ChangeLog, document: str, pages: Sequence[Page]) -> None:
    """Make a document's pages those given: add, change, and remove those that no route knows any more."""
    old = {row.key: row for row in connection.execute(_READ, {"document": document})}
    added, changed, unseen = [], [], encode(Seen())
    for page in pages:
        key = clean(page.key)
        id_ = page_id(document, key)
        if (page.key, page.id) != (key, id_):
            page = replace(page, key=key, id=id_)
        row = old.pop(key, None)
        if row is None:
            added.append(
                {
                    "id": page.id,
                    "document_id": document,
                    "key": key,
                    "number": page.number,
                    "record": encode(page),
                    "seen": unseen,
                    "fingerprint": "",
                }
            )
            log.note("page", page.id, document, "create")
            continue
        seen = decode(Seen, row.seen)
        record = encode(page := learn(page, seen.size, seen.image))
        if record != row.record:
            changed.append({"_id": page.id, "number": page.number, "record": record})
            log.note("page", page.id, document, "update")
            reframe(connection, log, decode(Page, row.record), page)
    if added:
        dialect.insert_rows(connection, _TABLE, added)
    if changed:
        connection.execute(_UPDATE, changed)
    if old:
        _remove(connection, log, document, [row.id for row in old.values()])
    if added or old:
        recount(connection, document)


def reframe(connection: Connection, log: ChangeLog, before: Page, after: Page) -> None:
    """Carry boxes and words over into a page's new frame, where a better route told another one."""
    if before.size is None or after.size is None or before.size == after.size:
        return
    if not before.size.area:
        return
    sx, sy = after.size.w / before.size.w, after.size.h / before.size.h
    rescale_findings(connection, rescale(connection, log, after.id, sx, sy), sx, sy)
    table = tables.page_texts
    kept = connection.execute(select(table.c.words).where(table.c.page_id == after.id)).scalar_one_or_none()
    if kept is not None:
        encoded = words.encode(words.decode(kept).scaled(sx, sy))
        connection.execute(
            update(table).where(table.c.page_id == after.id).values(digest=encoded.digest, words=encoded.compressed())
        )


def recount(connection: Connection, document: str) -> None:
    """Count a document's pages and illustrations anew."""
    illustrations = tables.illustrations
    counted = connection.execute(
        select(func.count(), func.count(func.nullif(_TABLE.c.fingerprint, ""))).where(_TABLE.c.document_id == document)
    ).one()
    found = connection.execute(
        select(func.count(), func.count(illustrations.c.noise)).where(
            illustrations.c.document_id == document, illustrations.c.state == "present"
        )
    ).one()
    connection.execute(
        update(tables.documents)
        .where(tables.documents.c.id == document)
        .values(page_count=counted[0], done_count=counted[1], picture_count=found[0] - found[1], noise_count=found[1])
    )


def _remove(connection: Connection, log: ChangeLog, document: str, pages: Sequence[str]) -> None:
    """Remove pages with what hangs on them; one that a person worked on stays."""
    found, odd = tables.illustrations, tables.diagnostics
    for some in batches(pages):
        rows = connection.execute(
            select(found.c.id, found.c.page_id, found.c.state, found.c.review).where(found.c.page_id.in_(some))
        ).all()
        kept = {row.page_id for row in rows if row.review}
        gone = [page for page in some if page not in kept]
        leaving = [row.id for row in rows if row.page_id not in kept]
        for row in rows:
            if row.page_id not in kept and row.state == PRESENT:
                log.note("illustration", row.id, document, "delete")
        note_partners(connection, log, leaving)
        for page in gone:
            log.note("page", page, document, "delete")
        connection.execute(delete(odd).where(odd.c.document_id == document, odd.c.scope.in_(gone)))
        connection.execute(delete(_TABLE).where(_TABLE.c.id.in_(gone)))
