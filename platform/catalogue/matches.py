"""Illustrations that show the same picture: what runs say, and what people say of it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, bindparam, or_, select

from ..errors import RefusedError, UsageError
from ..records import MATCH, Match
from . import tables
from .changes import ChangeLog
from .matched import note_matched
from .results import Verdict
from .rows import PERSON, PRESENT, batches, hold_documents
from .speaking import Difference, Key, Speakers, compare, write

#: How two illustrations may show the same picture.
KINDS: Final = ("copy", "crop", "mirrored", "rendering")
_MATCHES, _FOUND, _VERDICTS = tables.matches, tables.illustrations, tables.verdicts
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_READ = select(_MATCHES).where(or_(_MATCHES.c.one_id.in_(_IDS), _MATCHES.c.other_id.in_(_IDS)))
_JUDGED = select(_VERDICTS).where(
    _VERDICTS.c.facet == MATCH, or_(_VERDICTS.c.illustration_id.in_(_IDS), _VERDICTS.c.concept.in_(_IDS))
)
_SHOWN = select(_FOUND.c.id, _FOUND.c.document_id).where(_FOUND.c.id.in_(_IDS), _FOUND.c.state == PRESENT)

#: The ids of two illustrations in their order.
_Pair = tuple[str, str]


def put_matches(
    connection: Connection,
    log: ChangeLog,
    run: str,
    illustrations: Collection[str],
    said: Collection[Match],
    speakers: Speakers,
) -> None:
    """Replace what a run says of illustrations; see `Values.put_matches`."""
    new = {_key(match, run, illustrations): match for match in said}
    ends = {end for match in said for end in (match.one, match.other)} | set(illustrations)
    there = _documents(connection, ends)
    hold_documents(connection, set(there.values()))
    there = _documents(connection, ends)
    new = {key: match for key, match in new.items() if {match.one, match.other} <= there.keys()}
    rows = [row for some in batches(illustrations) for row in connection.execute(_READ, {"ids": some})]
    old: dict[Key, tuple[tuple[str, float], bool]] = {
        (row.one_id, row.run, row.other_id): ((row.kind, row.score), row.current) for row in rows
    }
    note_matched(connection, run, set(illustrations) & there.keys())
    difference = compare(old, {key: (match.kind, match.score) for key, match in new.items()}, speakers)
    _keep_what_people_judged(connection, difference)
    write(
        connection,
        _MATCHES,
        difference,
        {key: {"kind": match.kind, "score": match.score} for key, match in new.items()},
    )
    note(connection, log, {end for one, _, other in difference.seen for end in (one, other)})


def matches(connection: Connection, illustrations: Iterable[str]) -> dict[str, tuple[Match, ...]]:
    """Return the matches that are shown, by illustration, the best first; those that have none are left out.

    What a person accepted is shown in that person's name, whatever runs say of it now; what a person rejected is not.
    """
    asked = list(dict.fromkeys(illustrations))
    shown: dict[_Pair, list[Match]] = {}
    for some in batches(asked):
        shown |= _shown(connection, some)
    ends = {end for pair in shown for end in pair}
    there = {row.id for some in batches(ends) for row in connection.execute(_SHOWN, {"ids": some})}
    found: defaultdict[str, list[Match]] = defaultdict(list)
    for pair, own in shown.items():
        if there.issuperset(pair):
            for end in pair:
                found[end] += own
    return {id_: tuple(sorted(found[id_], key=lambda one: (-one.score, one))) for id_ in asked if id_ in found}


def all_matches(connection: Connection, illustration: str) -> tuple[Match, ...]:
    """Return the matches of an illustration that runs ever said, whatever people say of them."""
    rows = connection.execute(_READ, {"ids": [illustration]})
    found = [Match(row.one_id, row.other_id, row.kind, row.score, row.run) for row in rows]
    return tuple(sorted(found, key=lambda one: (-one.score, one)))


def note_partners(connection: Connection, log: ChangeLog, illustrations: Iterable[str]) -> None:
    """Note that other matches are shown of those that match illustrations which come or go."""
    gone = set(illustrations)
    partners = set()
    for some in batches(gone):
        for row in connection.execute(_READ, {"ids": some}):
            partners |= {row.one_id, row.other_id}
    note(connection, log, partners - gone)


def note(connection: Connection, log: ChangeLog, illustrations: Collection[str]) -> None:
    """Note that of illustrations something else is shown than before."""
    documents = _documents(connection, illustrations)
    for illustration in sorted(documents):
        log.note("illustration", illustration, documents[illustration], "update")


def _keep_what_people_judged(connection: Connection, difference: Difference) -> None:
    """Keep what a person judged though its run takes it back: what kind of match it is stands there alone."""
    ends = {end for one, _, other in difference.removed for end in (one, other)}
    judged = {
        _pair(row.illustration_id, row.concept)
        for some in batches(ends)
        for row in connection.execute(_JUDGED, {"ids": some})
    }
    kept = [key for key in difference.removed if (key[0], key[2]) in judged]
    difference.outdated.extend(kept)
    difference.removed[:] = [key for key in difference.removed if key not in kept]


def _shown(connection: Connection, illustrations: Sequence[str]) -> dict[_Pair, list[Match]]:
    shown: dict[_Pair, list[Match]] = {}
    kinds: dict[_Pair, str] = {}
    for row in connection.execute(_READ.order_by(_MATCHES.c.current), {"ids": illustrations}):
        match = Match(row.one_id, row.other_id, row.kind, row.score, row.run)
        kinds[row.one_id, row.other_id] = row.kind
        if row.current:
            shown.setdefault((row.one_id, row.other_id), []).append(match)
    for row in connection.execute(_JUDGED, {"ids": illustrations}):
        pair = _pair(row.illustration_id, row.concept)
        shown.pop(pair, None)
        if row.verdict == Verdict.ACCEPTED:
            shown[pair] = [Match(*pair, kinds.get(pair, "copy"), 1.0, PERSON + row.person)]
    return shown


def _key(match: Match, run: str, illustrations: Collection[str]) -> Key:
    """Return what a match is known by. Raises UsageError, and RefusedError for a score that is none."""
    if match.run != run or match.kind not in KINDS or match.one >= match.other:
        wrong = f"{match} is no match of {run}: its kind is one of {', '.join(KINDS)}, its ids are in their order"
        raise UsageError(wrong)
    if match.one not in illustrations and match.other not in illustrations:
        raise UsageError(f"{match} is of none of the illustrations that the run was asked about")
    if not math.isfinite(match.score):
        raise RefusedError(match.one, f"its match with {match.other} has a score that is none")
    return (match.one, run, match.other)


def _pair(one: str, other: str) -> _Pair:
    return (one, other) if one < other else (other, one)


def _documents(connection: Connection, illustrations: Iterable[str]) -> dict[str, str]:
    """Return the documents of the illustrations that are shown."""
    return {
        row.id: row.document_id for some in batches(illustrations) for row in connection.execute(_SHOWN, {"ids": some})
    }
