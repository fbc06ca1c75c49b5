"""What the network learns from: pages with the truth of what is on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image

from ..network import CLASSES

#: What data sets call the things that the network's classes are.
NAMES: Final = {
    **dict.fromkeys(
        ("illustration", "photograph", "drawing", "print", "map", "plan_or_diagram", "cartoon", "picture"), "picture"
    ),
    **dict.fromkeys(("ornament", "other_graphic"), "ornament"),
    "initial": "initial",
}
#: The longest side at which pages are held while one trains.
HELD: Final = 760

Boxes = np.ndarray[Any, np.dtype[np.float32]]
Classes = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(slots=True)
class Sample:
    """A page, boxes (n, 4) as x1, y1, x2, y2 in its pixels, and classes (n,) by their place in `CLASSES`."""

    picture: Image.Image
    boxes: Boxes = field(default_factory=lambda: np.zeros((0, 4), np.float32))
    classes: Classes = field(default_factory=lambda: np.zeros(0, np.int64))

    def scaled(self, width: int, height: int, resample: Image.Resampling = Image.Resampling.BILINEAR) -> Sample:
        """Return it at another size, whatever its shape."""
        ratio = np.array([width / self.picture.width, height / self.picture.height] * 2, np.float32)
        return Sample(
            self.picture.resize((width, height), resample, reducing_gap=2.0), self.boxes * ratio, self.classes
        )


@dataclass(frozen=True)
class RealPage:
    """A page of a data set, read when it is first wanted and then held.

    ``truth`` are names of categories with boxes x, y, w, h in pixels of a picture that is ``width`` pixels wide.
    """

    path: Path
    source: str
    document: str
    width: int
    truth: tuple[tuple[str, tuple[float, float, float, float]], ...]

    @cached_property
    def sample(self) -> Sample:
        """The page, no larger than `HELD`."""
        with Image.open(self.path) as file:
            file.draft("RGB", (HELD, HELD))
            picture = file.convert("RGB")
        told = [(box, CLASSES.index(NAMES[name])) for name, box in self.truth if name in NAMES]
        boxes = np.array([(x, y, x + w, y + h) for (x, y, w, h), _ in told], np.float32).reshape(-1, 4)
        boxes *= picture.width / self.width
        return shrunk(Sample(picture, boxes, np.array([class_ for _, class_ in told], np.int64)))

    @property
    def has_pictures(self) -> bool:
        """Whether there is a picture on it."""
        return any(NAMES.get(name) == "picture" for name, _ in self.truth)


def shrunk(sample: Sample, longest: int = HELD) -> Sample:
    """Return a sample whose longest side is at most so long."""
    ratio = longest / max(sample.picture.size)
    if ratio >= 1:
        return sample
    width, height = (max(round(side * ratio), 1) for side in sample.picture.size)
    return sample.scaled(width, height, Image.Resampling.LANCZOS)


def pictures_of(pages: Iterable[RealPage]) -> list[Image.Image]:
    """Return what is pictured on pages, cut out."""
    cut = []
    for page in pages:
        sample = page.sample
        for box, class_ in zip(sample.boxes, sample.classes, strict=True):
            if CLASSES[class_] == "picture" and min(box[2] - box[0], box[3] - box[1]) >= 40:
                cut.append(sample.picture.crop(tuple(map(round, box.tolist()))))
    return cut
