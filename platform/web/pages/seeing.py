"""What is seen inside a picture, to be drawn upon it."""

from __future__ import annotations

from dataclasses import dataclass

from ...catalogue import Entry
from ...records import Box, Detection
from .. import names
from ..services import runs


@dataclass(frozen=True, slots=True)
class Sight:
    """Something seen: its number in the drawing, and its box within the picture, in pixels of the page's frame."""

    number: int
    name: str
    facet: str
    confidence: float
    origin: str
    box: Box


def sights(entry: Entry) -> list[Sight]:
    """Return what is seen in a picture, as one reads: from the top, then from the left."""
    whole = entry.illustration.box
    found = [(box, one) for one in entry.illustration.detections if (box := _within(whole, one))]
    found.sort(key=lambda pair: (pair[0].y, pair[0].x))
    return [
        Sight(
            number,
            names.value_name(one.facet, one.concept),
            one.facet,
            one.confidence,
            names.origin(one.run, runs().get(one.run)),
            box,
        )
        for number, (box, one) in enumerate(found, 1)
    ]


def _within(whole: Box, seen: Detection) -> Box | None:
    """Return the part of a box that lies in the picture, from its corner; None where none does."""
    left, top = max(seen.box.x, whole.x), max(seen.box.y, whole.y)
    right = min(seen.box.x + seen.box.w, whole.x + whole.w)
    bottom = min(seen.box.y + seen.box.h, whole.y + whole.h)
    if right <= left or bottom <= top:
        return None
    return Box(left - whole.x, top - whole.y, right - left, bottom - top)
