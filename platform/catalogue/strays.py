"""Machine values that hang on nothing: their illustration or page is not there, or the run that they name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Column, ColumnElement, Connection, Table, delete, exists, func, or_, select

from . import tables

#: Where machine values stand, with what they hang on.
_HANGING: Final[Sequence[tuple[Table, Sequence[tuple[Column[str], Column[str]]]]]] = (
    (tables.labels, ((tables.labels.c.illustration_id, tables.illustrations.c.id),)),
    (tables.findings, ((tables.findings.c.illustration_id, tables.illustrations.c.id),)),
    (tables.vectors, ((tables.vectors.c.illustration_id, tables.illustrations.c.id),)),
    (
        tables.matches,
        (
            (tables.matches.c.one_id, tables.illustrations.c.id),
            (tables.matches.c.other_id, tables.illustrations.c.id),
        ),
    ),
    (tables.page_labels, ((tables.page_labels.c.page_id, tables.pages.c.id),)),
)


@dataclass(frozen=True, slots=True)
class Strays:
    """How many values of a table hang on nothing."""

    table: str
    count: int


def strays(connection: Connection) -> list[Strays]:
    """Return the tables that have values which hang on nothing."""
    found = []
    for table, hooks in _HANGING:
        count = connection.execute(select(func.count()).select_from(table).where(_loose(table, hooks))).scalar_one()
        if count:
            found.append(Strays(table.name, int(count)))
    return found


def remove_strays(connection: Connection, name: str) -> None:
    """Remove the values of a table that hang on nothing."""
    for table, hooks in _HANGING:
        if table.name == name:
            connection.execute(delete(table).where(_loose(table, hooks)))


def _loose(table: Table, hooks: Sequence[tuple[Column[str], Column[str]]]) -> ColumnElement[bool]:
    run = exists().where(tables.runs.c.id == table.c.run)
    return or_(~run, *(~exists().where(target == column) for column, target in hooks))
