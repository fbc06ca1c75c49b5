"""What was found on a page meets what the catalogue has of it: ids are kept, people's work stands, the rest changes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, select, tuple_, update

from ..records import Box, Illustration, Vector
from . import tables
from .boxes import add_versions, machine_boxes
from .changes import ChangeLog
from .findings import Found, put_findings
from .labels import put_labels, refresh_reviews
from .matches import note_partners
from .matching import Known, name
from .rows import DELETED, GONE, PRESENT, TEXT_COLUMNS, to_row
from .speaking import Speakers
from .vectors import put_vectors

_TABLE = tables.illustrations
_READ = select(_TABLE).where(_TABLE.c.page_id == bindparam("page"))
_INSERT = insert(_TABLE)
_UPDATE = update(_TABLE).where(_TABLE.c.id == bindparam("_id"))
#: Columns that are a person's where the box is a person's.
_OF_THE_BOX = (*"xywh", "noise", "share", "shape")
#: Who said it, and what, of a description that a later run replaces.
_DESCRIBED: dict[str, tuple[str, tuple[str, ...]]] = {
    "text": ("text_run", TEXT_COLUMNS),
    "pixels": ("pixel_run", ("pixels",)),
}


@dataclass(frozen=True, slots=True)
class At:
    """The document and the page; ``looked_at``: whether anything was seen in its illustrations, or their likeness."""

    document: str
    page: str
    looked_at: bool


@dataclass(slots=True)
class _Work:
    """What is to be written."""

    added: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    boxes: dict[str, tuple[Box, str]] = field(default_factory=dict)
    outdated: list[dict[str, str]] = field(default_factory=list)
    what: dict[str, str] = field(default_factory=dict)
    pictures: int = 0
    noise: int = 0

    def count(self, noise: str | None, step: int) -> None:
        """Count an illustration that came or went."""
        if noise is None:
            self.pictures += step
        else:
            self.noise += step


def put_illustrations(
    connection: Connection,
    log: ChangeLog,
    at: At,
    found: Sequence[Illustration],
    vectors: Mapping[str, Sequence[Vector]],
    speakers: Speakers,
) -> tuple[int, int]:
    """Make a page's illustrations those found; return by how many pictures and noise grew in number.

    Args:
        connection: writes.
        log: is told what changes.
        at: where that is.
        found: what there is on the page.
        vectors: by the id that what was found came with.
        speakers: who was asked.

    """
    document, page = at.document, at.page
    rows = {row["id"]: row for row in connection.execute(_READ, {"page": page}).mappings()}
    known = _known(connection, rows)
    boxes = {one.id: one.box for one in known}
    ids = name(page, known, [one.box for one in found])
    names = {one.id: id_ for one, id_ in zip(reversed(found), reversed(ids), strict=True)}
    work = _Work()
    for one, id_ in zip(found, ids, strict=True):
        if id_ is None:
            continue
        related = [other for before in one.related if (other := names.get(before, before)) is not None]
        new = to_row(one, related)
        if id_ in rows:
            _renew(work, rows[id_], boxes[id_], one, new)
        else:
            own = {"id": id_, "page_id": page, "document_id": document, "state": PRESENT, "box_by": "", "review": ""}
            work.added.append(own | new)
            work.what[id_] = "create"
            work.count(one.noise, 1)
            work.boxes[id_] = (one.box, one.region_run)
    for id_ in rows.keys() - set(ids):
        row = rows[id_]
        if row["state"] == PRESENT and not row["review"]:
            work.lost.append(id_)
            work.what[id_] = "delete"
            work.count(row["noise"], -1)
    _write(connection, work)
    alive = {id_: one for one, id_ in zip(found, ids, strict=True) if id_ is not None}
    before = [id_ for id_ in alive if id_ in rows]
    relabelled = put_labels(connection, {id_: one.labels for id_, one in alive.items()}, before, speakers)
    refresh_reviews(connection, [id_ for id_ in relabelled if id_ in rows and rows[id_]["review"]])
    seen = {id_: Found(one.detections, one.mentions) for id_, one in alive.items()}
    before = before if at.looked_at else []
    changed = relabelled | put_findings(connection, seen, before, speakers)
    changed |= put_vectors(connection, {id_: vectors.get(one.id, ()) for id_, one in alive.items()}, before, speakers)
    for id_ in changed:
        work.what.setdefault(id_, "update")
    # Of those that come back or go, others match what is shown elsewhere.
    note_partners(connection, log, [id_ for id_, what in work.what.items() if what != "update" and id_ in rows])
    for id_ in sorted(work.what):
        log.note("illustration", id_, document, work.what[id_])
    return work.pictures, work.noise


def _known(connection: Connection, rows: Mapping[str, RowMapping]) -> list[Known]:
    """Return what the page has and had: what is shown comes first, what a person deleted last."""
    moved = [id_ for id_, row in rows.items() if row["box_by"]]
    said = machine_boxes(connection, moved) if moved else {}
    order = {PRESENT: 0, GONE: 1, DELETED: 2}
    shown = {id_: Box(row["x"], row["y"], row["w"], row["h"]) for id_, row in rows.items()}
    return [
        Known(id_, said.get(id_, shown[id_]), shown[id_], deleted=rows[id_]["state"] == DELETED)
        for id_ in sorted(rows, key=lambda id_: (order[rows[id_]["state"]], id_))
    ]


def _renew(work: _Work, row: RowMapping, machine_box: Box, one: Illustration, new: dict[str, Any]) -> None:
    """Plan what changes of an illustration that was found again."""
    id_ = row["id"]
    if one.box != machine_box:
        work.boxes[id_] = (one.box, one.region_run)
    if one.pixels is None and one.box == machine_box:
        # It was not looked at this time; what was seen in the same box still holds.
        new |= {"pixel_run": row["pixel_run"], "pixels": row["pixels"]}
    if row["box_by"]:
        new |= {column: row[column] for column in _OF_THE_BOX}
    new["state"] = PRESENT
    if all(row[column] == value for column, value in new.items()):
        return
    for kind, (run, columns) in _DESCRIBED.items():
        if row[run] and row[run] != new[run]:
            value = json.dumps({column: row[column] for column in columns}, ensure_ascii=False)
            work.outdated.append({"illustration_id": id_, "kind": kind, "run": row[run], "value": value})
    was = row["state"] == PRESENT
    work.what[id_] = "update" if was else "create"
    work.changed.append({"_id": id_, **new})
    if was:
        work.count(row["noise"], -1)
    work.count(new["noise"], 1)


def _write(connection: Connection, work: _Work) -> None:
    if work.added:
        connection.execute(_INSERT, work.added)
    if work.changed:
        connection.execute(_UPDATE, work.changed)
    if work.lost:
        connection.execute(update(_TABLE).where(_TABLE.c.id.in_(work.lost)).values(state=GONE))
    add_versions(connection, work.boxes, fresh={row["id"] for row in work.added})
    if work.outdated:
        table = tables.descriptions
        ids = {row["illustration_id"] for row in work.outdated}
        known = {
            (row.illustration_id, row.kind, row.run)
            for row in connection.execute(select(table).where(table.c.illustration_id.in_(ids)))
        }
        keys = [(row["illustration_id"], row["kind"], row["run"]) for row in work.outdated]
        if again := [key for key in keys if key in known]:
            columns = tuple_(table.c.illustration_id, table.c.kind, table.c.run)
            connection.execute(delete(table).where(columns.in_(again)))
        connection.execute(insert(table), work.outdated)
