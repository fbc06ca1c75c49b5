"""Fragments: regions that an OCR cut one picture into, or that share a caption. They are related, not melted."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import combinations

from ..records import Box

# Neighbours in a row or column: so much of their sides face each other, and no more than so many lines lie between.
_FACING, _GAP_LINES = 0.8, 2.5
# Two boxes that touch, to half a line, are one picture in two pieces.
_TOUCHING_LINES = 0.5
# More pieces than this are a mosaic of pictures, not one picture.
_MOST = 40


def rows(boxes: Sequence[Box], line: float) -> list[tuple[int, ...]]:
    """Return the places of boxes that stand together in one row or one column, two or more of them."""
    return _joined(boxes, _GAP_LINES * line)


def related(
    boxes: Sequence[Box], divisions: Sequence[str], captions: Sequence[Sequence[Hashable]], line: float
) -> dict[int, set[int]]:
    """Return for each picture the places of the others that are fragments of the same; only where there are any.

    Args:
        boxes: the pictures.
        divisions: METS' division that is just this picture, by picture; empty where there is none.
        captions: the caption of each, empty where there is none.
        line: the height of a line of the body.

    """
    others: dict[int, set[int]] = {}

    def relate(places: Sequence[int]) -> None:
        for a, b in combinations(places, 2) if len(places) <= _MOST else ():
            others.setdefault(a, set()).add(b)
            others.setdefault(b, set()).add(a)

    by_sign: dict[Hashable, list[int]] = {}
    for place, (division, caption) in enumerate(zip(divisions, captions, strict=True)):
        if division or caption:
            by_sign.setdefault(division or tuple(caption), []).append(place)
    for alike in by_sign.values():
        relate(alike)
    for places in _joined(boxes, _TOUCHING_LINES * line):
        if len({tuple(captions[place]) for place in places} - {()}) <= 1 and len({divisions[p] for p in places}) == 1:
            relate(places)
    return others


def _joined(boxes: Sequence[Box], gap: float) -> list[tuple[int, ...]]:
    """Join neighbours side by side, and neighbours one above the other; each direction for itself."""
    groups: dict[tuple[int, ...], None] = {}
    for turned in (False, True):
        # Seen from the side, a column is a row.
        seen = [Box(box.y, box.x, box.h, box.w) if turned else box for box in boxes]
        order = sorted(range(len(seen)), key=lambda place: (seen[place], place))
        leader = list(range(len(seen)))
        for at, place in enumerate(order):
            for other in order[at + 1 :]:
                if seen[other].x > seen[place].right + gap:
                    break
                if _neighbours(seen[place], seen[other], gap):
                    _join(leader, place, other)
        members: dict[int, list[int]] = {}
        for place in range(len(seen)):
            members.setdefault(_leader(leader, place), []).append(place)
        groups.update((tuple(places), None) for places in members.values() if len(places) > 1)
    return list(groups)


def _neighbours(left: Box, right: Box, gap: float) -> bool:
    facing = min(left.bottom, right.bottom) - max(left.y, right.y)
    apart = right.x - left.right
    return -gap <= apart <= gap and facing >= _FACING * max(left.h, right.h)


def _leader(leader: list[int], place: int) -> int:
    while leader[place] != place:
        leader[place] = leader[leader[place]]
        place = leader[place]
    return place


def _join(leader: list[int], a: int, b: int) -> None:
    first, second = sorted((_leader(leader, a), _leader(leader, b)))
    leader[second] = first
