"""What illustrations look like to runs: one vector of half precision an illustration and run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, Row, bindparam, select

from ..errors import RefusedError, UsageError
from ..records import CHANCES, MATCH, REPRODUCTION, TOGETHER, Run, Vector
from . import tables
from .matched import ask_again
from .rows import PRESENT, batches
from .speaking import Key, Speakers, compare, write

_VECTORS, _FOUND = tables.vectors, tables.illustrations
_READ = select(_VECTORS).where(_VECTORS.c.illustration_id.in_(bindparam("ids", expanding=True)))
_CURRENT = _READ.where(_VECTORS.c.current.is_(True))
#: Facets of vectors by which pictures are looked up begin so; others are what is known of how likely things are.
_LOOKS: Final = "vector."
_LOOKED_UP = _CURRENT.where(_VECTORS.c.run.in_(select(tables.runs.c.id).where(tables.runs.c.facet.like(f"{_LOOKS}%"))))
#: Whose vectors are asked about by runs of which facet: for the same picture elsewhere, among those of its document.
ASKED_BY: Final = {REPRODUCTION: MATCH, CHANCES: TOGETHER}
#: As it is kept, whatever machine wrote it.
_KEPT: Final = np.dtype("<f2")
#: How far from 1 the length of a vector may be, for half precision.
_SLACK: Final = 0.02


def check_vector(vector: Vector, runs: Mapping[str, Run]) -> None:
    """Refuse a vector that is none, or other than its run says.

    Raises UsageError for another size than the run's, RefusedError for numbers that are none or of another length.
    """
    values = vector.values
    said = runs[vector.run].config.get("size") if vector.run in runs else None
    if values.dtype != np.float16 or values.ndim != 1:
        raise UsageError(
            f"a vector of {vector.run} is {values.dtype} of {values.ndim} dimensions, not a row of float16"
        )
    if said != str(values.size):
        raise UsageError(
            f"a vector of {vector.run} has {values.size} numbers; the configuration of the run says {said}"
        )
    length = float(np.linalg.norm(values.astype(np.float32)))
    if not abs(length - 1) <= _SLACK:
        raise RefusedError(vector.illustration, f"its vector by {vector.run} has the length {length:g}, not 1")


def put_vectors(
    connection: Connection, said: Mapping[str, Sequence[Vector]], known: Sequence[str], speakers: Speakers
) -> set[str]:
    """Replace the vectors of illustrations, and return those that have others than before.

    Args:
        connection: writes.
        said: the vectors by illustration.
        known: the illustrations that may have had some before.
        speakers: who was asked.

    """
    new: dict[Key, bytes] = {
        (illustration, vector.run): vector.values.astype(_KEPT).tobytes()
        for illustration, vectors in said.items()
        for vector in vectors
    }
    old: dict[Key, tuple[bytes, bool]] = {
        (row.illustration_id, row.run): (row.value, row.current) for row in _rows(connection, known)
    }
    difference = compare(old, new, speakers)
    write(connection, _VECTORS, difference, {key: {"value": value} for key, value in new.items()})
    changed = {*difference.added, *difference.again}
    for facet, asker in ASKED_BY.items():
        # Whoever says chances anew has said what comes of them, too, before their company was heard.
        own = {key for key in (new if facet == CHANCES else changed) if _facet(key[1], speakers) == facet}
        ask_again(connection, asker, {key[0] for key in own})
    return {key[0] for key in difference.seen if _facet(key[1], speakers) != CHANCES}


def current_vectors(
    connection: Connection, illustrations: Iterable[str], run: str = ""
) -> dict[str, tuple[Vector, ...]]:
    """Return the current vectors of illustrations, by illustration; those that have none are left out.

    Without a run, all by which pictures are looked up.
    """
    asked = list(dict.fromkeys(illustrations))
    found: defaultdict[str, list[Vector]] = defaultdict(list)
    query = _CURRENT.where(_VECTORS.c.run == run) if run else _LOOKED_UP
    for some in batches(asked):
        for row in connection.execute(query, {"ids": some}):
            found[row.illustration_id].append(_vector(row.illustration_id, row.run, row.value))
    return {id_: tuple(sorted(found[id_], key=lambda one: one.run)) for id_ in asked if id_ in found}


def vector(connection: Connection, illustration: str, run: str) -> Vector | None:
    """Return the vector that a run gave an illustration, current or not."""
    own = (_VECTORS.c.illustration_id == illustration) & (_VECTORS.c.run == run)
    value = connection.execute(select(_VECTORS.c.value).where(own)).scalar_one_or_none()
    return None if value is None else _vector(illustration, run, value)


def vectors(connection: Connection, run: str, after: str, limit: int) -> list[Vector]:
    """Return vectors of a run in the order of their illustrations, after one of them; of what is shown."""
    query = (
        select(_VECTORS.c.illustration_id, _VECTORS.c.value)
        .join(_FOUND, _FOUND.c.id == _VECTORS.c.illustration_id)
        .where(_VECTORS.c.run == run, _VECTORS.c.illustration_id > after, _FOUND.c.state == PRESENT)
        .order_by(_VECTORS.c.illustration_id)
        .limit(limit)
    )
    return [_vector(row.illustration_id, run, row.value) for row in connection.execute(query)]


def _facet(run: str, speakers: Speakers) -> str:
    return speakers.runs[run].facet if run in speakers.runs else ""


def _rows(connection: Connection, illustrations: Sequence[str]) -> Sequence[Row[Any]]:
    return connection.execute(_READ, {"ids": illustrations}).all() if illustrations else []


def _vector(illustration: str, run: str, value: bytes) -> Vector:
    return Vector(illustration, run, np.frombuffer(value, _KEPT).astype(np.float16, copy=False))
