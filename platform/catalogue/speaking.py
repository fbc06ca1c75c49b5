"""Who speaks anew: what a run says replaces what it said, puts away what others of its facet said, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Delete, Insert, Table, Update, and_, bindparam, delete, insert, update

from ..records import Run

_Value = TypeVar("_Value")
#: What is spoken of, by whom, and what tells apart the things that one run says of it.
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Speakers:
    """The runs that spoke this time.

    ``asked`` are those that looked, whether they said something or not; None: whoever says nothing now has nothing to
    say any more, as at a reading of a page by all there is.
    """

    runs: Mapping[str, Run]
    asked: frozenset[str] | None = None

    def having(self, spoke: Iterable[str]) -> Speakers:
        """Return the same with those that said something."""
        return self if self.asked is None else Speakers(self.runs, self.asked.union(spoke))

    def was_asked(self, run: str) -> bool:
        """Say whether a run looked, though it may have said nothing."""
        return self.asked is not None and run in self.asked

    def puts_away(self, run: str) -> bool:
        """Say whether what a run said earlier is no longer current."""
        if self.asked is None:
            return True
        own = self.runs[run].facet if run in self.runs else None
        return any(self.runs[asked].facet == own for asked in self.asked if asked in self.runs)


@dataclass(frozen=True, slots=True)
class Difference:
    """What is to be written: new rows, rows said again, rows no longer current, and rows their run takes back.

    ``seen`` are those of them that change what is shown.
    """

    added: list[Key] = field(default_factory=list)
    again: list[Key] = field(default_factory=list)
    outdated: list[Key] = field(default_factory=list)
    removed: list[Key] = field(default_factory=list)
    seen: list[Key] = field(default_factory=list)


def compare(old: Mapping[Key, tuple[_Value, bool]], new: Mapping[Key, _Value], speakers: Speakers) -> Difference:
    """Return how what is said now differs from what is kept, each with whether it is current."""
    speakers = speakers.having(key[1] for key in new)
    spoke = {key[:2] for key in new}
    difference = Difference(added=[key for key in new if key not in old])
    shown = difference.seen
    shown.extend(difference.added)
    for key, (value, current) in old.items():
        if key in new:
            if (value, current) == (new[key], True):
                continue
            difference.again.append(key)
            shown.append(key)
            continue
        if key[:2] in spoke or speakers.was_asked(key[1]):
            difference.removed.append(key)
        elif current and speakers.puts_away(key[1]):
            difference.outdated.append(key)
        else:
            continue
        if current:
            shown.append(key)
    return difference


def write(
    connection: Connection, table: Table, difference: Difference, columns: Mapping[Key, Mapping[str, Any]]
) -> None:
    """Write a difference into a table, whose primary key is what things are known by.

    Args:
        connection: writes.
        table: has a column ``current``.
        difference: what to write.
        columns: the other columns of what is new or said again.

    """
    how = _statements(table)
    if difference.added:
        rows = [{**dict(zip(how.names, key, strict=True)), **columns[key], "current": True} for key in difference.added]
        connection.execute(how.add, rows)
    if difference.again:
        rows = [{**_where(how.names, key), **columns[key], "current": True} for key in difference.again]
        connection.execute(how.change, rows)
    if difference.outdated:
        connection.execute(how.put_away, [_where(how.names, key) for key in difference.outdated])
    if difference.removed:
        connection.execute(how.remove, [_where(how.names, key) for key in difference.removed])


@dataclass(frozen=True, slots=True)
class _Statements:
    """How a table is written, and the names of its key. Made once: that takes SQLAlchemy longer than running them."""

    names: tuple[str, ...]
    add: Insert
    change: Update
    put_away: Update
    remove: Delete


@cache
def _statements(table: Table) -> _Statements:
    names = tuple(column.name for column in table.primary_key)
    own = and_(*(table.c[name] == bindparam(f"_{name}") for name in names))
    put_away = update(table).where(own).values(current=False)
    return _Statements(names, insert(table), update(table).where(own), put_away, delete(table).where(own))


def _where(names: Sequence[str], key: Key) -> dict[str, Any]:
    return {f"_{name}": part for name, part in zip(names, key, strict=True)}
