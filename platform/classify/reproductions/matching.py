"""Which illustrations show the same picture: those that are likely are looked up, then laid over each other."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

from ...records import MATCH, Match, Run
from .alignment import Alignment, Overlay
from .technique import Sighting, same_technique

#: How many of the nearest vectors are looked at.
SHORTLIST = 20
#: Perceptual hashes that differ in no more bits are looked at too, wherever their vectors lie.
HASH_BITS = 6
#: The score from which two pictures are the same one, how many places must say so, and how well all must agree: in
#: ornaments that repeat themselves dozens of places agree and the whole does not, on nearly empty sheets a few do.
LEAST, PLACES, AGREEMENT = 0.4, 6.0, 0.35
# What shows less than this share of the other is cut from it.
_WHOLE = 0.87
_BATCH = 16
# What is kept of pictures looked at before: some 20 kB each.
_REMEMBERED = 2_000

#: What says that two illustrations show the same picture.
MATCH_RUN = Run(
    "reproductions@1",
    "reproductions",
    "1",
    MATCH,
    {"shortlist": str(SHORTLIST), "hash": f"{HASH_BITS} bits", "least": str(LEAST)},
)


@dataclass(frozen=True, slots=True)
class Same:
    """How two pictures are the same; ``kind`` and ``score`` as in `estampe.records.Match`."""

    kind: str
    score: float
    alignment: Alignment


class Comparison:
    """One picture, ready to be compared with others: making it ready takes longer than a comparison does."""

    def __init__(self, one: Sighting) -> None:
        self._one, self._overlay = one, Overlay(one.outline)

    def with_(self, other: Sighting) -> Same:
        """Compare with another picture; they are the same one where `is_same` says so of the answer."""
        return _same(self._one, other, self._overlay.over(other.outline))


def _same(one: Sighting, other: Sighting, alignment: Alignment) -> Same:
    return Same(_kind(one, other, alignment), round(alignment.evidence.share, 4), alignment)


def _kind(one: Sighting, other: Sighting, alignment: Alignment) -> str:
    if alignment.way.mirror:
        return "mirrored"
    if min(alignment.of_one, alignment.of_other) < _WHOLE:
        return "crop"
    return "copy" if same_technique(one, other) else "rendering"


def is_same(found: Same) -> bool:
    """Say whether two pictures that were compared are the same one."""
    return _is_enough(found.alignment)


def _is_enough(alignment: Alignment) -> bool:
    share, places = alignment.evidence
    return round(share, 4) >= LEAST and places >= PLACES and alignment.agreement >= AGREEMENT


#: A picture's outline, and those of others that it is to be laid over.
Task: TypeAlias = tuple[Image.Image, Sequence[Image.Image]]
#: Begins to lay pictures over others: of each task, how its picture lies best over each of them.
Laying: TypeAlias = Callable[[Sequence[Task]], Iterable[Sequence[Alignment]]]


def lay(tasks: Sequence[Task]) -> Iterator[list[Alignment]]:
    """Lay pictures over others, in this process."""
    for one, others in tasks:
        overlay = Overlay(one)
        yield [overlay.over(other) for other in others]


@dataclass(frozen=True, slots=True, eq=False)
class New:
    """An illustration that is compared with those that are known; ``phash`` as in `estampe.records.Pixels`."""

    id: str
    sighting: Sighting
    vector: npt.NDArray[np.floating]
    phash: str = ""


class Known(Protocol):
    """The illustrations that new ones are compared with: an index of their vectors and hashes, and what they look like.

    The new ones may be among them, and their documents' others too: what is its own is left out here.
    """

    def nearest(self, vectors: npt.NDArray[np.float32], count: int) -> Sequence[Sequence[str]]:
        """Return of each vector the ids of the nearest, nearest first."""

    def alike(self, hashes: Sequence[str], bits: int) -> Sequence[Sequence[str]]:
        """Return of each hash the ids of those that differ in no more bits."""

    def sighting(self, illustration: str) -> Sighting | None:
        """Return what is kept of a picture, None where there is none any more."""


def find_matches(
    new: Iterable[New], known: Known, *, shortlist: int = SHORTLIST, laying: Laying = lay
) -> Iterator[Match]:
    """Compare new illustrations with all known ones; yield the pairs that show the same picture, each pair once.

    Illustrations are taken some at a time, so that memory stays bounded whatever their number: a pair that two parts
    find is told twice, and may be written over. Raises what ``known`` and ``laying`` raise.
    """
    before: tuple[_Part, Iterable[Sequence[Alignment]]] | None = None
    for part in _parts(new, known, shortlist):
        # Others may lay the one part while the next one is looked up.
        begun = part, laying(part.tasks)
        if before:
            yield from _told(*before)
        before = begun
    if before:
        yield from _told(*before)


class _Part(NamedTuple):
    """Some new illustrations, and of each those that it is laid over."""

    new: Sequence[New]
    others: Sequence[Sequence[tuple[str, Sighting]]]

    @property
    def tasks(self) -> list[Task]:
        """The same as outlines."""
        return [
            (one.sighting.outline, [sight.outline for _, sight in some])
            for one, some in zip(self.new, self.others, strict=True)
        ]


def _parts(new: Iterable[New], known: Known, shortlist: int) -> Iterator[_Part]:
    """Yield new illustrations some at a time, each pair of a part once."""
    seen = _Sightings(known)
    waiting = iter(new)
    while batch := list(islice(waiting, _BATCH)):
        vectors = np.stack([each.vector for each in batch]).astype(np.float32)
        by_vector = known.nearest(vectors, shortlist + 1)
        by_hash = known.alike([each.phash for each in batch], HASH_BITS)
        for one in batch:
            seen.put(one.id, one.sighting)
        told = set[tuple[str, str]]()
        pairs: list[list[tuple[str, Sighting]]] = []
        for one, near, alike in zip(batch, by_vector, by_hash, strict=True):
            others = []
            for other in dict.fromkeys((*alike, *near)):
                pair = _pair(one.id, other)
                if other != one.id and pair not in told and (sight := seen.get(other)) is not None:
                    told.add(pair)
                    others.append((other, sight))
            pairs.append(others)
        yield _Part(batch, pairs)


def _told(part: _Part, laid: Iterable[Sequence[Alignment]]) -> Iterator[Match]:
    for one, others, alignments in zip(part.new, part.others, laid, strict=True):
        for (other, sight), alignment in zip(others, alignments, strict=True):
            if _is_enough(alignment):
                found = _same(one.sighting, sight, alignment)
                yield Match(*_pair(one.id, other), found.kind, found.score, MATCH_RUN.id)


def _pair(one: str, other: str) -> tuple[str, str]:
    return min(one, other), max(one, other)


class _Sightings:
    """What is kept of the pictures that were looked at last."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._kept: OrderedDict[str, Sighting] = OrderedDict()

    def get(self, illustration: str) -> Sighting | None:
        if illustration in self._kept:
            self._kept.move_to_end(illustration)
            return self._kept[illustration]
        found = self._known.sighting(illustration)
        return self.put(illustration, found) if found else None

    def put(self, illustration: str, seen: Sighting) -> Sighting:
        self._kept[illustration] = seen
        if len(self._kept) > _REMEMBERED:
            self._kept.popitem(last=False)
        return seen
