"""Labels: what runs say, what people say of it, and what is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update

from ..records import Label
from . import tables
from .codec import clean
from .results import Verdict
from .rows import PERSON

_LABELS, _VERDICTS = tables.labels, tables.verdicts
_INSERT = insert(_LABELS)
_READ = select(_LABELS).where(_LABELS.c.illustration_id.in_(bindparam("ids", expanding=True)))

#: Illustration, run, facet, concept: what a label is known by.
_Key = tuple[str, str, str, str]


def put_labels(connection: Connection, said: Mapping[str, Iterable[Label]], known: Sequence[str]) -> set[str]:
    """Replace what machines say of illustrations, and return those whose shown labels changed.

    What another run said before stays, no longer current; what the same run no longer says is removed.

    Args:
        connection: writes.
        said: the labels by illustration.
        known: the illustrations that may have had labels before.

    """
    new: dict[_Key, float] = {}
    for illustration, labels in said.items():
        for label in labels:
            key = (illustration, label.run, clean(label.facet), clean(label.concept))
            new[key] = max(label.confidence, new.get(key, label.confidence))
    old = _read(connection, known) if known else {}
    spoke = {key[:2] for key in new}
    added = [_row(key, confidence) for key, confidence in new.items() if key not in old]
    again = {key: said for key, said in new.items() if key in old and old[key] != (said, True)}
    silent = {key: current for key, (_, current) in old.items() if key not in new}
    removed = [key for key in silent if key[:2] in spoke]
    outdated = [key for key, current in silent.items() if current and key[:2] not in spoke]
    if added:
        connection.execute(_INSERT, added)
    if again:
        rows = [{**_where(key), "confidence": confidence, "current": True} for key, confidence in again.items()]
        connection.execute(update(_LABELS).where(_IS), rows)
    if outdated:
        connection.execute(update(_LABELS).where(_IS).values(current=False), [_where(key) for key in outdated])
    if removed:
        connection.execute(delete(_LABELS).where(_IS), [_where(key) for key in removed])
    changed = [key for key in new if key not in old] + [key for key, current in silent.items() if current]
    return {key[0] for key in (*changed, *again)}


def shown_labels(connection: Connection, illustrations: Sequence[str]) -> dict[str, tuple[Label, ...]]:
    """Return the labels that are shown, by illustration: the current ones that no person rejected, and people's own."""
    if not illustrations:
        return {}
    found: defaultdict[str, dict[tuple[str, str, str], Label]] = defaultdict(dict)
    rows = connection.execute(
        select(_LABELS).where(_LABELS.c.illustration_id.in_(illustrations), _LABELS.c.current.is_(True))
    )
    for row in rows:
        key = (row.facet, row.concept, row.run)
        found[row.illustration_id][key] = Label(row.concept, row.facet, row.confidence, row.run)
    for row in connection.execute(select(_VERDICTS).where(_VERDICTS.c.illustration_id.in_(illustrations))):
        own = found[row.illustration_id]
        for key in [key for key in own if key[:2] == (row.facet, row.concept)]:
            del own[key]
        if row.verdict == Verdict.ACCEPTED:
            person = PERSON + row.person
            own[row.facet, row.concept, person] = Label(row.concept, row.facet, 1.0, person)
    return {illustration: _sorted(own.values()) for illustration, own in found.items()}


def all_labels(connection: Connection, illustration: str) -> tuple[Label, ...]:
    """Return what all runs ever said of an illustration, and what people say."""
    rows = connection.execute(select(_LABELS).where(_LABELS.c.illustration_id == illustration))
    labels = [Label(row.concept, row.facet, row.confidence, row.run) for row in rows]
    people = connection.execute(
        select(_VERDICTS).where(_VERDICTS.c.illustration_id == illustration, _VERDICTS.c.verdict == Verdict.ACCEPTED)
    )
    labels += [Label(row.concept, row.facet, 1.0, PERSON + row.person) for row in people]
    return _sorted(labels)


def refresh_reviews(connection: Connection, illustrations: Sequence[str]) -> None:
    """Derive the state of review anew: ``done`` where a person decided on every label shown, else ``partly``.

    It stands with the illustration, so that a queue of what is to be reviewed reads one indexed column.
    """
    if not illustrations:
        return
    table = tables.illustrations
    undecided = set(
        connection.execute(
            select(_LABELS.c.illustration_id)
            .outerjoin(
                _VERDICTS,
                and_(
                    _VERDICTS.c.illustration_id == _LABELS.c.illustration_id,
                    _VERDICTS.c.facet == _LABELS.c.facet,
                    _VERDICTS.c.concept == _LABELS.c.concept,
                ),
            )
            .where(
                _LABELS.c.illustration_id.in_(illustrations),
                _LABELS.c.current.is_(True),
                _VERDICTS.c.illustration_id.is_(None),
            )
        ).scalars()
    )
    rows = [{"_id": one, "review": "partly" if one in undecided else "done"} for one in illustrations]
    connection.execute(update(table).where(table.c.id == bindparam("_id")), rows)


_IS = and_(
    _LABELS.c.illustration_id == bindparam("_illustration"),
    _LABELS.c.run == bindparam("_run"),
    _LABELS.c.facet == bindparam("_facet"),
    _LABELS.c.concept == bindparam("_concept"),
)


def _sorted(labels: Iterable[Label]) -> tuple[Label, ...]:
    return tuple(sorted(labels, key=lambda label: (label.facet, -label.confidence, label.concept, label.run)))


def _read(connection: Connection, illustrations: Sequence[str]) -> dict[_Key, tuple[float, bool]]:
    rows = connection.execute(_READ, {"ids": illustrations})
    return {(row.illustration_id, row.run, row.facet, row.concept): (row.confidence, row.current) for row in rows}


def _where(key: _Key) -> dict[str, Any]:
    return dict(zip(("_illustration", "_run", "_facet", "_concept"), key, strict=True))


def _row(key: _Key, confidence: float) -> dict[str, Any]:
    names = ("illustration_id", "run", "facet", "concept")
    return {**dict(zip(names, key, strict=True)), "confidence": confidence, "current": True}
