"""Boxes are versioned: each one that an illustration ever had stays, with who said it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from ..errors import RefusedError
from ..records import Box
from . import tables
from .changes import ChangeLog, moment

#: What the widest integer column of every database holds, with room for sums.
_MOST = 2**62
_INSERT = insert(tables.boxes)


def sides(box: Box) -> dict[str, int]:
    """Return a box's columns."""
    return {"x": box.x, "y": box.y, "w": box.w, "h": box.h}


def check(box: Box, name: str) -> Box:
    """Return a box that can be kept. Raises RefusedError."""
    if min(box.w, box.h) < 0 or any(not -_MOST < side < _MOST for side in (box.x, box.y, box.w, box.h)):
        raise RefusedError(name, f"the box {box.xywh} cannot be that of an illustration")
    return box


def add_versions(
    connection: Connection, boxes: Mapping[str, tuple[Box, str]], fresh: Collection[str] = frozenset()
) -> None:
    """Add a version to illustrations' boxes.

    Args:
        connection: writes.
        boxes: by illustration the box and who said it, a run or ``person:NAME``.
        fresh: those that have no version yet.

    """
    table, last = tables.boxes, dict[str, int]()
    if older := [illustration for illustration in boxes if illustration not in fresh]:
        rows = connection.execute(
            select(table.c.illustration_id, func.max(table.c.version).label("last"))
            .where(table.c.illustration_id.in_(older))
            .group_by(table.c.illustration_id)
        )
        last = {row.illustration_id: row.last for row in rows}
    at = moment()
    versions: list[dict[str, Any]] = [
        {"illustration_id": key, "version": last.get(key, 0) + 1, **sides(box), "origin": origin, "at": at}
        for key, (box, origin) in boxes.items()
    ]
    if versions:
        connection.execute(_INSERT, versions)


def machine_boxes(connection: Connection, illustrations: list[str]) -> dict[str, Box]:
    """Return the last box that a machine said, of illustrations whose shown box is a person's."""
    table = tables.boxes
    rows = connection.execute(
        select(table)
        .where(table.c.illustration_id.in_(illustrations), ~table.c.origin.startswith("person:"))
        .order_by(table.c.illustration_id, table.c.version)
    )
    return {row.illustration_id: Box(row.x, row.y, row.w, row.h) for row in rows}


def rescale(connection: Connection, log: ChangeLog, page: str, sx: float, sy: float) -> list[str]:
    """Carry all boxes of a page over into its new frame, those of history too: a box without its frame says nothing.

    Returns the illustrations of the page, shown or not.
    """
    shown, versions = tables.illustrations, tables.boxes
    rows = connection.execute(select(shown).where(shown.c.page_id == page)).all()
    if not rows:
        return []
    moved = [{"_id": row.id, **sides(Box(row.x, row.y, row.w, row.h).scaled(sx, sy))} for row in rows]
    connection.execute(update(shown).where(shown.c.id == bindparam("_id")), moved)
    old = connection.execute(select(versions).where(versions.c.illustration_id.in_([row.id for row in rows]))).all()
    connection.execute(
        update(versions).where(
            versions.c.illustration_id == bindparam("_id"), versions.c.version == bindparam("_version")
        ),
        [
            {
                "_id": row.illustration_id,
                "_version": row.version,
                **sides(Box(row.x, row.y, row.w, row.h).scaled(sx, sy)),
            }
            for row in old
        ],
    )
    for row in rows:
        if row.state == "present":
            log.note("illustration", row.id, row.document_id, "update")
    return [row.id for row in rows]
