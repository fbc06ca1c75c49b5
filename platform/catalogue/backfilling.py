"""Rewriting the rows of a table after a migration: some at a time, in the order of their keys, and on where it was.

One transaction for millions of rows would lock them all, hold up whoever writes, and begin again where it was cut off.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, Connection, Engine, RowMapping, Table, insert, select, update

from . import tables
from .transactions import Transactions

_PLACES = tables.backfills
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Backfill:
    """What a migration leaves to be done to rows that are there.

    Args:
        name: what it is known by; never used again.
        table: whose rows are rewritten; its primary key is one column of text.
        rewrite: writes a batch of them, which it gets as they are now.
        batch: rows in one transaction.

    """

    name: str
    table: Table
    rewrite: Callable[[Connection, Sequence[RowMapping]], None]
    batch: int = 500


#: Those that this version knows, in their order.
BACKFILLS: Final[list[Backfill]] = []


def fill(engine: Engine) -> None:
    """Do what is left to be done of all of them. Several processes may do so at once. Raises CatalogueError."""
    transactions = Transactions(engine)
    known = dict[str, bool]()
    if BACKFILLS:
        known = transactions.read(_known)
    for backfill in BACKFILLS:
        if known.get(backfill.name):
            continue
        _LOG.info("The catalogue's %s are brought up to date (%s).", backfill.table.name, backfill.name)
        while transactions.write_plain(step, backfill):
            pass


def step(connection: Connection, backfill: Backfill) -> bool:
    """Rewrite the next batch, and note the place that it reached; say whether there may be more."""
    (key,) = backfill.table.primary_key.columns
    mine = _PLACES.c.name == backfill.name
    # The row is held until the end, so that no two processes rewrite the same batch.
    place = connection.execute(select(_PLACES).where(mine).with_for_update()).one_or_none()
    if place is None:
        connection.execute(insert(_PLACES).values(name=backfill.name, place="", done=False))
    elif place.done:
        return False
    rows = _next(connection, backfill, key, place.place if place else "")
    if rows:
        backfill.rewrite(connection, rows)
    more = len(rows) == backfill.batch
    reached = {"place": rows[-1][key.name]} if rows else {}
    connection.execute(update(_PLACES).where(mine).values(done=not more, **reached))
    return more


def _known(connection: Connection) -> dict[str, bool]:
    return {row.name: row.done for row in connection.execute(select(_PLACES))}


def _next(connection: Connection, backfill: Backfill, key: Column[Any], after: str) -> Sequence[RowMapping]:
    query = select(backfill.table).where(key > after).order_by(key).limit(backfill.batch)
    return connection.execute(query.with_for_update()).mappings().all()
