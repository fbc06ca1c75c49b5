"""Boxes of a later run are matched one to one with those known, so that an illustration keeps its id."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ..identity import illustration_id
from ..records import Box

#: Two boxes show the same illustration when their intersection over union is at least this.
SAME = 0.7


def match(known: Sequence[Box], found: Sequence[Box], *, least: float = SAME) -> dict[int, int]:
    """Pair found boxes with known ones, the best first, each at most once: place in ``found`` → place in ``known``.

    Equal boxes come first (also those without an area); then by intersection over union, then by the order of ``known``
    and of ``found``: the same input always gives the same pairs.
    """
    pairs: dict[int, int] = {}
    places: defaultdict[Box, list[int]] = defaultdict(list)
    for place in reversed(range(len(known))):
        places[known[place]].append(place)
    for place, box in enumerate(found):
        if equal := places.get(box):
            pairs[place] = equal.pop()
    taken = set(pairs.values())
    left = sorted((known[place].x, place) for place in range(len(known)) if place not in taken)
    candidates: list[tuple[float, int, int]] = []
    for f, box in enumerate(found):
        if f in pairs:
            continue
        # Boxes that overlap so much begin near each other.
        reach = box.w * (1 - least) / least + 1
        for _, k in left[bisect_left(left, (box.x - reach,)) : bisect_right(left, (box.x + reach, len(known)))]:
            if _alike(box, known[k], least) and (overlap := box.iou(known[k])) >= least:
                candidates.append((-overlap, k, f))
    for _, k, f in sorted(candidates):
        if f not in pairs and k not in taken:
            pairs[f] = k
            taken.add(k)
    return pairs


def _alike(a: Box, b: Box, least: float) -> bool:
    """Say cheaply whether the sizes allow such an overlap at all: it is never more than the ratio of the widths."""
    return min(a.w, b.w) >= least * max(a.w, b.w) and min(a.h, b.h) >= least * max(a.h, b.h)


@dataclass(frozen=True, slots=True)
class Known:
    """An illustration that a page has or had, with the last box that a machine said of it, and the one that is shown.

    ``deleted`` by a person: a machine does not find it again.
    """

    id: str
    box: Box
    shown: Box
    deleted: bool = False


def name(page: str, known: Sequence[Known], found: Sequence[Box]) -> list[str | None]:
    """Return the id of each found box: that of the illustration it shows, or a new one; None where a person deleted it.

    Of known illustrations that fit equally well, the first keeps its id. A new id that the page has already used gets a
    number, in the order of ``found``.
    """
    pairs = match([one.box for one in known], found)
    # A machine may since have learnt to find what a person had to draw.
    drawn = [place for place, one in enumerate(known) if one.shown != one.box and place not in pairs.values()]
    left = [place for place in range(len(found)) if place not in pairs]
    for f, k in match([known[place].shown for place in drawn], [found[place] for place in left]).items():
        pairs[left[f]] = drawn[k]
    deleted = [box for one in known if one.deleted for box in {one.box, one.shown}]
    used = {one.id for one in known}
    names: list[str | None] = []
    for place, box in enumerate(found):
        if place in pairs:
            one = known[pairs[place]]
            names.append(None if one.deleted else one.id)
        elif any(box == other or (_alike(box, other, SAME) and box.iou(other) >= SAME) for other in deleted):
            names.append(None)
        else:
            names.append(new := free_id(page, box, used))
            used.add(new)
    return names


def free_id(page: str, box: Box, used: set[str]) -> str:
    """Return the id of a new illustration, told by a number from others that began with the same box."""
    wanted = candidate = illustration_id(page, box)
    number = 1
    while candidate in used:
        number += 1
        candidate = f"{wanted}-{number}"
    return candidate
