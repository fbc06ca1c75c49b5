"""What runs see inside illustrations, and the names that they read in their words."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection, bindparam, select, update

from ..errors import RefusedError, UsageError
from ..records import Detection, Illustration, Mention
from . import tables
from .boxes import check
from .codec import clean, decode, encode
from .results import NAME_FACETS, Verdict
from .rows import TEXT_COLUMNS
from .speaking import Key, Speakers, compare, write

DETECTIONS: Final = "detections"
MENTIONS: Final = "mentions"
_FINDINGS, _VERDICTS = tables.findings, tables.verdicts
_READ = select(_FINDINGS).where(_FINDINGS.c.illustration_id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True, slots=True)
class Found:
    """What is found in one illustration."""

    detections: tuple[Detection, ...] = ()
    mentions: tuple[Mention, ...] = ()


def check_found(found: Found, name: str, texts: Mapping[str, str] | None) -> None:
    """Refuse what cannot be: boxes and numbers that are none, and names that do not stand where it is said.

    Args:
        found: what was found.
        name: what the error names.
        texts: the words of the illustration by field, None where these may have been read anew meanwhile.

    """
    for one in found.detections:
        check(one.box, name)
        if not math.isfinite(one.confidence):
            raise RefusedError(name, f"what is seen at {one.box.xywh} has a confidence that is none")
    for mention in found.mentions:
        if mention.kind not in NAME_FACETS or mention.field not in TEXT_COLUMNS:
            raise UsageError(f"{mention.kind!r} in {mention.field!r} is no kind of name, or no field of words")
        if texts is not None and not _stands(mention, texts):
            raise UsageError(
                f"{mention.text!r} does not stand at {mention.start} to {mention.end} of the {mention.field} of {name}"
            )


def put_findings(
    connection: Connection, said: Mapping[str, Found], known: Sequence[str], speakers: Speakers
) -> set[str]:
    """Replace what machines find in illustrations, and return those of which other things are shown than before.

    Args:
        connection: writes.
        said: what is found, by illustration.
        known: the illustrations in which something may have been found before.
        speakers: who was asked.

    """
    new: dict[Key, str] = {}
    for illustration, found in said.items():
        for kind, values in ((DETECTIONS, found.detections), (MENTIONS, found.mentions)):
            for run in dict.fromkeys(value.run for value in values):
                own = sorted({replace(value, run="") for value in values if value.run == run})
                new[illustration, run, kind] = encode(own)
    difference = compare(_read(connection, known) if known else {}, new, speakers)
    write(connection, _FINDINGS, difference, {key: {"value": value} for key, value in new.items()})
    return {key[0] for key in difference.seen}


def shown_findings(connection: Connection, texts: Mapping[str, Mapping[str, str]]) -> dict[str, Found]:
    """Return what is shown as found in illustrations: what is current, and no person rejected.

    A name is shown as long as it stands in the words, which may have been read anew since.

    Args:
        connection: reads.
        texts: the words of the illustrations, by field.

    """
    rows = connection.execute(_READ, {"ids": list(texts)}).all() if texts else []
    current = [row for row in rows if row.current]
    rejected = _rejected(connection, {row.illustration_id for row in current})
    shown = {}
    for illustration, found in _gathered(
        (row.illustration_id, row.run, row.kind, row.value) for row in current
    ).items():
        mentions = (one for one in found.mentions if _stands(one, texts[illustration]))
        refused = rejected.get(illustration, set())
        shown[illustration] = Found(
            tuple(one for one in found.detections if (one.facet, one.concept) not in refused),
            tuple(one for one in mentions if (NAME_FACETS[one.kind], one.text) not in refused),
        )
    return shown


def all_findings(connection: Connection, illustration: str) -> Found:
    """Return what all runs ever found in an illustration, whatever people say of it."""
    rows = connection.execute(_READ, {"ids": [illustration]})
    found = _gathered((row.illustration_id, row.run, row.kind, row.value) for row in rows)
    return found.get(illustration, Found())


def texts_of(illustration: Illustration) -> dict[str, str]:
    """Return the words of an illustration by field, as they are kept."""
    return {name: clean(getattr(illustration, name)) for name in TEXT_COLUMNS}


def rescale_findings(connection: Connection, illustrations: Sequence[str], sx: float, sy: float) -> None:
    """Carry the boxes of what was seen over into the page's new frame."""
    rows = connection.execute(_READ, {"ids": list(illustrations)}).all()
    moved = [
        {
            "_illustration": row.illustration_id,
            "_run": row.run,
            "value": encode([scaled(one, sx, sy) for one in decode(tuple[Detection, ...], row.value)]),
        }
        for row in rows
        if row.kind == DETECTIONS
    ]
    own = (_FINDINGS.c.illustration_id == bindparam("_illustration")) & (_FINDINGS.c.run == bindparam("_run"))
    if moved:
        connection.execute(update(_FINDINGS).where(own, _FINDINGS.c.kind == DETECTIONS), moved)


def scaled(detection: Detection, sx: float, sy: float) -> Detection:
    """Return a detection in a frame that is so many times as wide and high."""
    return replace(detection, box=detection.box.scaled(sx, sy))


def _stands(mention: Mention, texts: Mapping[str, str]) -> bool:
    words = texts.get(mention.field, "")
    return 0 <= mention.start < mention.end and words[mention.start : mention.end] == clean(mention.text)


def _read(connection: Connection, illustrations: Sequence[str]) -> dict[Key, tuple[str, bool]]:
    rows = connection.execute(_READ, {"ids": illustrations})
    return {(row.illustration_id, row.run, row.kind): (row.value, row.current) for row in rows}


def _rejected(connection: Connection, illustrations: Iterable[str]) -> dict[str, set[tuple[str, str]]]:
    """Return the facets and concepts that people rejected, by illustration."""
    rejected: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    if ids := list(illustrations):
        query = select(_VERDICTS).where(_VERDICTS.c.illustration_id.in_(ids), _VERDICTS.c.verdict == Verdict.REJECTED)
        for row in connection.execute(query):
            rejected[row.illustration_id].add((row.facet, row.concept))
    return rejected


def _gathered(rows: Iterable[tuple[str, str, str, str]]) -> dict[str, Found]:
    """Return what stands in rows (illustration, run, kind, value), the surest first, names in their order."""
    detections: defaultdict[str, list[Detection]] = defaultdict(list)
    mentions: defaultdict[str, list[Mention]] = defaultdict(list)
    for illustration, run, kind, value in rows:
        if kind == DETECTIONS:
            detections[illustration] += [replace(one, run=run) for one in decode(tuple[Detection, ...], value)]
        else:
            mentions[illustration] += [replace(one, run=run) for one in decode(tuple[Mention, ...], value)]
    return {
        illustration: Found(
            tuple(sorted(detections[illustration], key=lambda one: (-one.confidence, one))),
            tuple(sorted(mentions[illustration], key=lambda one: (TEXT_COLUMNS.index(one.field), one.start, one))),
        )
        for illustration in {**detections, **mentions}
    }
