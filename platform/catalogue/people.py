"""What people do: boxes added, moved, deleted and restored, labels accepted, rejected and added. All of it is kept."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from ..errors import NotFoundError, UsageError
from ..geometry import shape_of
from ..records import MATCH, Box, Page, Size
from . import tables
from .boxes import add_versions, check, sides
from .changes import ChangeLog, moment, take
from .codec import clean, decode
from .labels import refresh_reviews
from .matches import note as note_seen
from .matches import note_partners
from .matching import free_id, match
from .pages import recount
from .results import Event, Verdict
from .rows import DELETED, PERSON, PRESENT

_TABLE = tables.illustrations


def add(connection: Connection, log: ChangeLog, page: str, box: Box, person: str) -> str:
    """Add an illustration that a person drew; see `Catalogue.add_illustration`."""
    pages = tables.pages
    document = connection.execute(select(pages.c.document_id).where(pages.c.id == page)).scalar_one_or_none()
    if document is None:
        raise NotFoundError(f"the catalogue has no page {page}")
    _lock(connection, document)
    box = _fit(box, frame := _frame(connection, page), page)
    rows = connection.execute(select(_TABLE).where(_TABLE.c.page_id == page).order_by(_TABLE.c.id)).mappings().all()
    rows = sorted(rows, key=lambda row: row["state"] != PRESENT)
    if pairs := match([_shown(row) for row in rows], [box]):
        known = rows[pairs[0]]
        identifier = str(known["id"])
        if known["state"] == PRESENT:
            return identifier
        connection.execute(update(_TABLE).where(_TABLE.c.id == identifier).values(state=PRESENT))
    else:
        identifier = free_id(page, box, {row["id"] for row in rows})
        connection.execute(
            insert(_TABLE).values(
                id=identifier, page_id=page, document_id=document, state=PRESENT, **_NOTHING, **sides(box)
            )
        )
    _set_box(connection, identifier, box, frame, person)
    _remember(connection, identifier, person, "add")
    log.note("illustration", identifier, document, "create")
    note_partners(connection, log, [identifier])
    recount(connection, document)
    return identifier


def move(connection: Connection, log: ChangeLog, illustration: str, box: Box, person: str) -> None:
    """Give an illustration the box that a person drew; see `Catalogue.move_box`."""
    row = _present(connection, illustration)
    frame = _frame(connection, row["page_id"])
    box = _fit(box, frame, illustration)
    if box == _shown(row):
        return
    _set_box(connection, illustration, box, frame, person)
    _remember(connection, illustration, person, "move")
    log.note("illustration", illustration, row["document_id"], "update")
    recount(connection, row["document_id"])


def remove(connection: Connection, log: ChangeLog, illustration: str, person: str, note: str) -> None:
    """Delete an illustration in a person's name; see `Catalogue.delete_illustration`."""
    row = _present(connection, illustration)
    connection.execute(update(_TABLE).where(_TABLE.c.id == illustration).values(state=DELETED))
    _remember(connection, illustration, person, "delete", note=note)
    log.note("illustration", illustration, row["document_id"], "delete")
    note_partners(connection, log, [illustration])
    recount(connection, row["document_id"])


def restore(connection: Connection, log: ChangeLog, illustration: str, person: str) -> None:
    """Bring back what a person deleted; see `Catalogue.restore_illustration`."""
    row = _row(connection, illustration)
    if row["state"] != DELETED:
        return
    connection.execute(update(_TABLE).where(_TABLE.c.id == illustration).values(state=PRESENT))
    _remember(connection, illustration, person, "restore")
    log.note("illustration", illustration, row["document_id"], "create")
    note_partners(connection, log, [illustration])
    recount(connection, row["document_id"])


def review(
    connection: Connection,
    log: ChangeLog,
    illustration: str,
    concept: tuple[str, str],
    verdict: Verdict,
    person: str,
    note: str,
) -> None:
    """Take a person's word on a concept (facet, concept); see `Catalogue.review_label` and `Catalogue.add_label`."""
    row = _present(connection, illustration)
    facet, name = (clean(part) for part in concept)
    if facet == MATCH:
        _present(connection, name)
    table = tables.verdicts
    mine = (table.c.illustration_id == illustration) & (table.c.facet == facet) & (table.c.concept == name)
    before = connection.execute(select(table.c.verdict, table.c.person).where(mine)).one_or_none()
    after = None if verdict is Verdict.WITHDRAWN else (str(verdict), clean(person))
    if (tuple(before) if before else None) == after:
        return
    connection.execute(delete(table).where(mine))
    if after:
        connection.execute(
            insert(table).values(
                illustration_id=illustration, facet=facet, concept=name, verdict=after[0], person=after[1]
            )
        )
    _remember(connection, illustration, person, str(verdict), facet, name, note)
    log.note("illustration", illustration, row["document_id"], "update")
    if facet == MATCH:
        note_seen(connection, log, [name])


def history(connection: Connection, illustration: str) -> tuple[Event, ...]:
    """Return all that was done to an illustration, oldest first."""
    boxes, reviews = tables.boxes, tables.reviews
    versions = connection.execute(
        select(boxes).where(boxes.c.illustration_id == illustration).order_by(boxes.c.version)
    ).all()
    events = [Event(row.at, row.origin, "box", Box(row.x, row.y, row.w, row.h)) for row in versions]
    done = connection.execute(
        select(reviews)
        .where(reviews.c.illustration_id == illustration, reviews.c.action.not_in(["add", "move"]))
        .order_by(reviews.c.number)
    )
    events += [
        Event(row.at, PERSON + row.person, row.action, facet=row.facet, concept=row.concept, note=row.note)
        for row in done
    ]
    return tuple(sorted(events, key=lambda event: event.at))


#: What no machine has said of an illustration that a person drew.
_NOTHING = {
    "box_by": "",
    "region_run": "",
    "noise": None,
    "front_page": False,
    "last_page": False,
    "share": 0.0,
    "shape": "",
    "rotation": 0.0,
    "related": "[]",
    "text_run": "",
    "caption": "",
    "title": "",
    "text_before": "",
    "text_after": "",
    "pixel_run": "",
    "pixels": None,
    "review": "done",
}


def _row(connection: Connection, illustration: str) -> RowMapping:
    """Return an illustration's row, its document held until the transaction ends."""
    query = select(_TABLE).where(_TABLE.c.id == illustration)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFoundError(f"the catalogue has no illustration {illustration}")
    _lock(connection, row["document_id"])
    return connection.execute(query).mappings().one()


def _present(connection: Connection, illustration: str) -> RowMapping:
    row = _row(connection, illustration)
    if row["state"] != PRESENT:
        raise NotFoundError(f"the illustration {illustration} is no longer shown")
    return row


def _lock(connection: Connection, document: str) -> None:
    table = tables.documents
    connection.execute(select(table.c.id).where(table.c.id == document).with_for_update())


def _frame(connection: Connection, page: str) -> Size | None:
    record = connection.execute(select(tables.pages.c.record).where(tables.pages.c.id == page)).scalar_one()
    return decode(Page, record).size


def _fit(box: Box, frame: Size | None, name: str) -> Box:
    """Return the part of a person's box that lies on the page."""
    fitted = check(box, name).clipped(frame) if frame else check(box, name)
    if fitted is None or not fitted.area:
        raise UsageError(f"the box {box.xywh} does not lie on the page")
    return fitted


def _shown(row: RowMapping) -> Box:
    return Box(row["x"], row["y"], row["w"], row["h"])


def _set_box(connection: Connection, illustration: str, box: Box, frame: Size | None, person: str) -> None:
    """Show a person's box. Whoever draws one says that there is a picture."""
    who = PERSON + clean(person)
    share = box.area / frame.area if frame and frame.area else 0.0
    connection.execute(
        update(_TABLE)
        .where(_TABLE.c.id == illustration)
        .values(**sides(box), box_by=who, noise=None, share=share, shape=shape_of(box))
    )
    add_versions(connection, {illustration: (box, who)})


def _remember(
    connection: Connection,
    illustration: str,
    person: str,
    action: str,
    facet: str = "",
    concept: str = "",
    note: str = "",
) -> None:
    connection.execute(
        insert(tables.reviews).values(
            number=take(connection, "review"),
            illustration_id=illustration,
            person=clean(person),
            at=moment(),
            action=action,
            facet=facet,
            concept=concept,
            note=clean(note),
        )
    )
    refresh_reviews(connection, [illustration])
