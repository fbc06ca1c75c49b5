"""Labels: what runs say, what people say of it, and what is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, and_, bindparam, select, update

from ..records import MATCH, Label
from . import tables
from .codec import clean
from .results import Verdict
from .rows import PERSON
from .speaking import Key, Speakers, compare, write

_LABELS, _VERDICTS = tables.labels, tables.verdicts
_READ = select(_LABELS).where(_LABELS.c.illustration_id.in_(bindparam("ids", expanding=True)))


def put_labels(
    connection: Connection, said: Mapping[str, Iterable[Label]], known: Sequence[str], speakers: Speakers
) -> set[str]:
    """Replace what machines say of illustrations, and return those whose shown labels changed.

    What another run said before stays, no longer current; what the same run no longer says is removed.

    Args:
        connection: writes.
        said: the labels by illustration.
        known: the illustrations that may have had labels before.
        speakers: who was asked.

    """
    new: dict[Key, float] = {}
    for illustration, labels in said.items():
        for label in labels:
            key = (illustration, label.run, clean(label.facet), clean(label.concept))
            new[key] = max(label.confidence, new.get(key, label.confidence))
    difference = compare(_read(connection, known) if known else {}, new, speakers)
    write(connection, _LABELS, difference, {key: {"confidence": value} for key, value in new.items()})
    return {key[0] for key in difference.seen}


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
    verdicts = select(_VERDICTS).where(_VERDICTS.c.illustration_id.in_(illustrations), _VERDICTS.c.facet != MATCH)
    for row in connection.execute(verdicts):
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
        select(_VERDICTS).where(
            _VERDICTS.c.illustration_id == illustration,
            _VERDICTS.c.verdict == Verdict.ACCEPTED,
            _VERDICTS.c.facet != MATCH,
        )
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


def _sorted(labels: Iterable[Label]) -> tuple[Label, ...]:
    return tuple(sorted(labels, key=lambda label: (label.facet, -label.confidence, label.concept, label.run)))


def _read(connection: Connection, illustrations: Sequence[str]) -> dict[Key, tuple[float, bool]]:
    rows = connection.execute(_READ, {"ids": illustrations})
    return {(row.illustration_id, row.run, row.facet, row.concept): (row.confidence, row.current) for row in rows}
