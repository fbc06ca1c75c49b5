"""What can be pointed at in pictures: objects, persons and faces, with their boxes; and what a whole picture is of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from PIL import Image

from ..geometry import Box
from ..records import Detection, Label, Run
from ..vocabulary import Concept
from ..weights import Models
from . import faces, ssd
from .classes import concepts_of, mistaken_by
from .ssd import Seen
from .views import on_sheet

# Left, top, right, bottom, in shares of 1.
_Box = tuple[float, float, float, float]

# From these scores on it is told. Of 301 pictures of all kinds, labelled by hand, persons and faces were right in more
# than nine of ten; other objects are believed of photographs only, where vehicles are right earlier than the rest.
_PERSON, _FACE, _OBJECT, _VEHICLE, _NAMED = 0.35, 0.4, 0.5, 0.4, 0.4
# A face that is found where a person's head must be is believed earlier: in so much of the upper part of the person.
_HEAD, _HEADS_FACE = 0.55, 0.3
# Where margins leave less than this share of a sheet, only what is printed or pasted on it is looked at.
_SHEET = 0.92
#: Pictures whose longer side has more pixels are looked at in four tiles too: small things are lost by shrinking.
LARGE = 1280
_OVERLAP = 0.25
# Two boxes from tiles that overlap by more (intersection over union, or share of the smaller) are one thing.
_SAME, _INSIDE = 0.5, 0.8

#: Says what objects there are: what SSD finds, and what ImageNet's classes are sure of.
OBJECT_RUN = Run(
    "objects@2",
    "objects",
    "2",
    "object",
    {
        "boxes": f"{ssd.MODEL} ≥ {_OBJECT}, vehicles ≥ {_VEHICLE}",
        "whole": f"efficientnet-lite2 ≥ {_NAMED}",
        "of": "photographs",
    },
)
#: Says where persons and faces are.
PERSON_RUN = Run(
    "persons@2",
    "persons",
    "2",
    "person",
    {"persons": f"{ssd.MODEL} ≥ {_PERSON}", "faces": f"{faces.MODEL} ≥ {_FACE}, on persons ≥ {_HEADS_FACE}"},
)


@dataclass(frozen=True, slots=True)
class _View:
    """A picture or a tile of one: the part of the picture that it shows, in shares of 1."""

    picture: int
    left: float
    top: float
    width: float
    height: float

    def placed(self, seen: Seen) -> Seen:
        x, y, right, bottom = seen.box
        box = (
            self.left + x * self.width,
            self.top + y * self.height,
            self.left + right * self.width,
            self.top + bottom * self.height,
        )
        return seen._replace(box=box)

    def shows(self, box: _Box) -> bool:
        """Say whether any of a box lies in the view."""
        return (
            box[0] < self.left + self.width
            and box[2] > self.left
            and box[1] < self.top + self.height
            and box[3] > self.top
        )


class Things:
    """Finds objects, persons and faces in pictures; the models are read when they first see one."""

    def __init__(self, models: Models) -> None:
        self._detector = ssd.Detector(models, _told_of())
        self._faces = faces.Faces(models)

    def __call__(
        self, pictures: Sequence[Image.Image], photographs: Sequence[bool] | None = None
    ) -> list[tuple[Detection, ...]]:
        """Return what is seen in each picture, boxes in pixels of the picture given, best first.

        Args:
            pictures: of any size; some 500 to 1,500 pixels are best.
            photographs: whether each is a photograph; of what is none, only persons and faces are told. None: all are.

        Raises:
            ModelError: a model is missing.

        """
        of = list(photographs) if photographs is not None else [True] * len(pictures)
        parts = [_part(place, picture) for place, picture in enumerate(pictures)]
        views = [view for part, picture in zip(parts, pictures, strict=True) for view in _views(part, picture)]
        shown = [_cut(pictures[view.picture], view) for view in views]
        persons_alone = [not of[view.picture] for view in views]
        things = self._gather(views, self._detector(shown, min(_PERSON, _VEHICLE), persons_alone), len(pictures))
        people = self._gather(views, self._faces(shown, _FACE), len(pictures))
        for part in parts:
            if not people[part.picture]:
                people[part.picture] = self._closer(pictures[part.picture], part, things[part.picture])
        return [
            tuple(_told(picture, things[place], people[place], photograph=of[place]))
            for place, picture in enumerate(pictures)
        ]

    def _closer(self, picture: Image.Image, part: _View, things: Sequence[Seen]) -> list[Seen]:
        """Look for faces again where persons have their heads, as small faces are lost when a picture is shrunk."""
        heads = [_head(one.box) for one in things if one.number == ssd.PERSON and one.score >= _PERSON]
        views = [tile for tile in _tiles(part) if any(tile.shows(head) for head in heads)]
        seen = self._faces([_cut(picture, view) for view in views], _HEADS_FACE) if views else []
        (found,) = self._gather([replace(view, picture=0) for view in views], seen, 1)
        return [face for face in found if any(_within(face.box, head) for head in heads)]

    @staticmethod
    def _gather(views: Sequence[_View], seen: Sequence[Sequence[Seen]], count: int) -> list[list[Seen]]:
        """Return what is seen in each picture once, whichever of its views shows it."""
        found: list[list[Seen]] = [[] for _ in range(count)]
        for view, those in zip(views, seen, strict=True):
            found[view.picture] += [view.placed(one) for one in those]
        return [_once(those) for those in found]


def named(classes: npt.NDArray[np.float32]) -> list[tuple[Label, ...]]:
    """Return what photographs are of as a whole, from the probabilities of ImageNet's classes, one row each.

    The classes of one concept count together: all breeds make a dog. Nothing is said where nothing is sure.
    """
    concepts = {n: one for n, one in concepts_of("imagenet").items() if one.id not in mistaken_by("imagenet")}
    names = sorted({one.id for one in concepts.values()})
    sums = np.zeros((1000, len(names)), np.float32)
    for number, concept in concepts.items():
        sums[number, names.index(concept.id)] = 1
    return [
        tuple(Label(names[k], "object", round(float(row[k]), 3), OBJECT_RUN.id) for k in np.flatnonzero(row >= _NAMED))
        for row in classes @ sums
    ]


def _part(place: int, picture: Image.Image) -> _View:
    """Return what of a picture is looked at: all of it, or what is on the sheet."""
    left, top, right, bottom = on_sheet(picture)
    if (right - left) * (bottom - top) >= _SHEET:
        return _View(place, 0, 0, 1, 1)
    return _View(place, left, top, right - left, bottom - top)


def _views(part: _View, picture: Image.Image) -> list[_View]:
    large = max(part.width * picture.width, part.height * picture.height) > LARGE
    return [part, *_tiles(part)] if large else [part]


def _tiles(part: _View) -> list[_View]:
    """Return four tiles of a part of a picture, which overlap."""
    side = 1 / (2 - _OVERLAP)
    width, height = part.width * side, part.height * side
    rows, columns = (part.top, part.top + part.height - height), (part.left, part.left + part.width - width)
    return [_View(part.picture, left, top, width, height) for top in rows for left in columns]


def _head(box: _Box) -> _Box:
    """Return where in the box of a person the head is."""
    left, top, right, bottom = box
    return left, top - 0.05 * (bottom - top), right, top + _HEAD * (bottom - top)


def _within(box: _Box, other: _Box) -> bool:
    """Say whether the middle of a box lies in another."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return other[0] <= x <= other[2] and other[1] <= y <= other[3]


def _cut(picture: Image.Image, view: _View) -> Image.Image:
    if view.width == 1 and view.height == 1:
        return picture
    x, y = round(view.left * picture.width), round(view.top * picture.height)
    width, height = max(1, round(view.width * picture.width)), max(1, round(view.height * picture.height))
    return picture.crop((x, y, x + width, y + height))


def _once(seen: Sequence[Seen]) -> list[Seen]:
    kept: list[Seen] = []
    for one in sorted(seen, key=lambda each: -each.score):
        if not any(one.number == other.number and _same(one.box, other.box) for other in kept):
            kept.append(one)
    return kept


def _same(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return False
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    common = width * height
    return common > _SAME * (sum(areas) - common) or common > _INSIDE * min(areas)


def _told_of() -> list[int]:
    """Return the numbers of what is told at all."""
    return [number for number, concept in concepts_of("coco").items() if concept.id not in mistaken_by("coco")]


def _told(
    picture: Image.Image, things: Sequence[Seen], people: Sequence[Seen], *, photograph: bool
) -> Iterator[Detection]:
    concepts = concepts_of("coco")
    for one in things:
        concept = concepts[one.number]
        if concept.facet == "person" and one.score >= _PERSON:
            yield Detection(_box(picture, one), "person", concept.id, round(one.score, 3), PERSON_RUN.id)
        elif concept.facet != "person" and photograph and one.score >= _least(concept):
            yield Detection(_box(picture, one), "object", concept.id, round(one.score, 3), OBJECT_RUN.id)
    for one in people:
        yield Detection(_box(picture, one), "person", "face", round(one.score, 3), PERSON_RUN.id)


def _least(concept: Concept) -> float:
    return _VEHICLE if "vehicle" in concept.parents else _OBJECT


def _box(picture: Image.Image, seen: Seen) -> Box:
    left, top, right, bottom = seen.box
    x, y = int(left * picture.width), int(top * picture.height)
    return Box(x, y, max(1, round(right * picture.width) - x), max(1, round(bottom * picture.height) - y))
