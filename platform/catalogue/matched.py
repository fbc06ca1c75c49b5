"""Which illustrations a run was asked about that goes over all vectors, so that it goes on where it was cut off."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import numpy as np
from sqlalchemy import BindParameter, Connection, and_, bindparam, delete, insert, select

from ..records import Pixels, Vector
from . import tables
from .changes import ChangeLog
from .codec import decode
from .rows import PRESENT, batches

_MATCHED, _VECTORS, _FOUND = tables.matched, tables.vectors, tables.illustrations
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_OF_FACET = select(tables.runs.c.id).where(tables.runs.c.facet == bindparam("facet"))
_FORGET = delete(_MATCHED).where(_MATCHED.c.illustration_id.in_(_IDS), _MATCHED.c.run.in_(_OF_FACET))


def note_matched(connection: Connection, run: str, illustrations: Collection[str]) -> None:
    """Note that a run was asked about illustrations."""
    own = _MATCHED.c.run == run
    for some in batches(illustrations):
        connection.execute(delete(_MATCHED).where(own, _MATCHED.c.illustration_id.in_(some)))
        connection.execute(insert(_MATCHED), [{"illustration_id": one, "run": run} for one in some])


def note_asked(connection: Connection, log: ChangeLog, run: str, illustrations: Collection[str]) -> None:
    """Note that a run was asked about those of some illustrations that are still there."""
    del log
    query = select(_FOUND.c.id).where(_FOUND.c.id.in_(_IDS))
    there = [row.id for some in batches(illustrations) for row in connection.execute(query, {"ids": some})]
    note_matched(connection, run, there)


def ask_again(connection: Connection, facet: str, illustrations: Iterable[str]) -> None:
    """Have illustrations asked about anew by the runs of a facet: they look different by now."""
    for some in batches(illustrations):
        connection.execute(_FORGET, {"ids": some, "facet": facet})


def unmatched(connection: Connection, space: str, run: str, after: str, limit: int) -> list[Vector]:
    """Return the vectors, by the run ``space``, of pictures that the run ``run`` was not asked about.

    They come in the order of the illustrations' ids, after one of them.
    """
    asked = and_(_MATCHED.c.illustration_id == _VECTORS.c.illustration_id, _MATCHED.c.run == run)
    query = (
        select(_VECTORS.c.illustration_id, _VECTORS.c.value)
        .join(_FOUND, _FOUND.c.id == _VECTORS.c.illustration_id)
        .outerjoin(_MATCHED, asked)
        .where(_VECTORS.c.run == space, _VECTORS.c.illustration_id > after, _VECTORS.c.current.is_(True))
        .where(_FOUND.c.state == PRESENT, _FOUND.c.noise.is_(None), _MATCHED.c.run.is_(None))
        .order_by(_VECTORS.c.illustration_id)
        .limit(limit)
    )
    rows = connection.execute(query)
    return [
        Vector(row.illustration_id, space, np.frombuffer(row.value, "<f2").astype(np.float16, copy=False))
        for row in rows
    ]


def hashes(connection: Connection, after: str, limit: int) -> list[tuple[str, str]]:
    """Return the ids of pictures and the hashes of their pixels, in the order of the ids, after one of them."""
    query = (
        select(_FOUND.c.id, _FOUND.c.pixels)
        .where(_FOUND.c.state == PRESENT, _FOUND.c.noise.is_(None), _FOUND.c.pixels.is_not(None))
        .where(_FOUND.c.id > after)
        .order_by(_FOUND.c.id)
        .limit(limit)
    )
    return [(row.id, decode(Pixels, row.pixels).phash) for row in connection.execute(query)]
