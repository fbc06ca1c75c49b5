"""The sequence of changes: written in the transaction that makes the change, numbered just before it commits."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, func, select, update

from ..records import Change
from . import dialect, tables

_COUNTERS = tables.counters.c
_TAKE = (
    update(tables.counters)
    .where(_COUNTERS.name == bindparam("sequence"))
    .values(value=_COUNTERS.value + bindparam("count"))
    .returning(_COUNTERS.value, dialect.TransactionName())
)


def now() -> str:
    """Return the time, in UTC, as ISO 8601 writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment() -> str:
    """Return the time to the millisecond, so that what is done one after the other sorts that way."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class ChangeLog:
    """What one transaction changed: at most one line for each thing, in the order in which they were first touched."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], tuple[str, str]] = {}

    def note(self, entity: str, identifier: str, document: str, what: str) -> None:
        """Note that a ``document``, ``page`` or ``illustration`` saw a ``create``, ``update`` or ``delete``."""
        before = self._lines.get((entity, identifier))
        if before is None or before[0] == what:
            self._lines[entity, identifier] = (what, document)
        elif (before[0], what) == ("create", "delete"):
            del self._lines[entity, identifier]
        elif before[0] != "create":
            self._lines[entity, identifier] = ("delete" if what == "delete" else "update", document)

    def write(self, connection: Connection) -> None:
        """Number the lines and write them, as the last thing before the transaction commits."""
        if not self._lines:
            return
        last, at = take(connection, "change", len(self._lines)), now()
        first = last - len(self._lines) + 1
        rows = [
            {"sequence": sequence, "entity": entity, "id": id_, "document": document, "what": what, "at": at}
            for sequence, ((entity, id_), (what, document)) in enumerate(self._lines.items(), start=first)
        ]
        dialect.insert_rows(connection, tables.changes, rows)


def take(connection: Connection, name: str, count: int = 1) -> int:
    """Take the next numbers of a sequence and return the last of them.

    The row stays locked until the transaction ends, so the next writer waits, and numbers become visible in their order
    and without gaps: a number that was taken by a transaction which failed is given out again.
    """
    value, transaction = connection.execute(_TAKE, {"sequence": name, "count": count}).one()
    dialect.note_name(connection, transaction)
    return int(value)


def read(connection: Connection, after: int, limit: int) -> list[Change]:
    """Return the changes after a place in the sequence, oldest first."""
    table = tables.changes
    rows = connection.execute(select(table).where(table.c.sequence > after).order_by(table.c.sequence).limit(limit))
    return [Change(row.sequence, row.entity, row.id, row.document, row.what, row.at) for row in rows]


def last(connection: Connection) -> int:
    """Return the number of the newest change, 0 where there is none."""
    newest = connection.execute(select(func.max(tables.changes.c.sequence))).scalar_one()
    return newest or 0
