"""What the OCR's regions are: one candidate for each box, and what the OCR's own word for it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from ..records import Box, Region, Size
from ..vocabulary import vocabulary


class Kind(Enum):
    """What an OCR calls a region."""

    PICTURE = "picture"
    #: A ``GraphicalElement`` of no further description: by the standard, what separates blocks.
    GRAPHIC = "graphic"
    #: A group of text blocks, as an advertisement or a table.
    GROUP = "group"


#: Groups that say nothing: they hold together what stands in them, and are no regions of their own.
_MERE_GROUPS = {"", "container"}
#: Words for pictures as such, which say nothing more of them.
PICTURE_WORDS = {
    "illustration", "image", "picture", "figure", "figurezone", "graphic", "graphics", "graphiczone",
    "illustrationzone", "pictureregion", "imageregion", "graphicregion",
}  # fmt: skip
#: Functions that a group of text blocks may have without a picture in it.
_TEXTUAL = {"advertisement", "table", "programme", "menu", "calendar"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A box that may be a picture, and the regions of the OCR that have just this box.

    ``words`` are the OCR's words for it and, in ``around``, for the groups around it, as written.
    """

    box: Box
    ids: tuple[str, ...]
    kind: Kind
    words: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    rotation: float = 0.0


def candidates(regions: Sequence[Region], frame: Size) -> list[Candidate]:
    """Return the candidates of a page, each box once, in an order that only the boxes decide.

    A box keeps its place and size; what stands out of the frame is cut off.
    """
    by_id = {region.id: region for region in regions}
    by_box: dict[Box, list[Region]] = {}
    for region in regions:
        if not (region.element == "ComposedBlock" and region.type.strip().lower() in _MERE_GROUPS):
            by_box.setdefault(_within(region.box, frame), []).append(region)
    return [_candidate(box, by_box[box], by_id) for box in sorted(by_box)]


def _within(box: Box, frame: Size) -> Box:
    """Return the part of a box inside the frame; of one that is altogether outside, the pixel nearest to it."""
    nearest = Box(min(max(box.x, 0), frame.w - 1), min(max(box.y, 0), frame.h - 1), 1, 1)
    return box.clipped(frame) or nearest


def _candidate(box: Box, regions: list[Region], by_id: dict[str, Region]) -> Candidate:
    regions = sorted(regions, key=lambda region: region.id)
    ids = tuple(region.id for region in regions)
    parents = tuple(dict.fromkeys(id_ for region in regions for id_ in _parents(region, by_id) if id_ not in ids))
    return Candidate(
        box,
        ids,
        min((_kind(region) for region in regions), key=list(Kind).index),
        tuple(dict.fromkeys(word for region in regions for word in _words(region.type))),
        tuple(dict.fromkeys(word for id_ in parents if id_ in by_id for word in _words(by_id[id_].type))),
        parents,
        next((region.rotation for region in regions if region.rotation), 0.0),
    )


def _parents(region: Region, by_id: dict[str, Region]) -> list[str]:
    """Return the ids of the groups around a region, innermost first; a file may have them in a circle."""
    found: list[str] = []
    while region.parent and region.parent not in found:
        found.append(region.parent)
        if region.parent not in by_id:
            break
        region = by_id[region.parent]
    return found


def _kind(region: Region) -> Kind:
    if any(_means_picture(word) for word in _words(region.type)):
        return Kind.PICTURE
    if region.element == "GraphicalElement":
        return Kind.GRAPHIC
    if region.element == "ComposedBlock":
        return Kind.GROUP
    return Kind.PICTURE


def _means_picture(word: str) -> bool:
    if word.lower() in PICTURE_WORDS or vocabulary().find("technique", word):
        return True
    function = vocabulary().find("function", word)
    return function is not None and function.id not in _TEXTUAL


def _words(type_: str) -> tuple[str, ...]:
    """Return the words of a type: ``GraphicZone:initial#2`` says two things, of which the first is the more general."""
    return tuple(part for part in (part.split("#")[0].strip() for part in type_.split(":")) if part)
