"""What the network learns from: pages with the truth of what is on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image

from ...learning.samples import Bounds, upright
from ..network import CLASSES, PICTURES

#: The longest side at which pages are held while one trains.
HELD: Final = 760
#: The shorter side of what is worth being set into another page.
_SMALLEST: Final = 40

Boxes = np.ndarray[Any, np.dtype[np.float32]]
Classes = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(slots=True)
class Sample:
    """A page, boxes (n, 4) as x1, y1, x2, y2 in its pixels, and classes (n,) by their place in the network's."""

    picture: Image.Image
    boxes: Boxes = field(default_factory=lambda: np.zeros((0, 4), np.float32))
    classes: Classes = field(default_factory=lambda: np.zeros(0, np.int64))

    def with_(self, class_: int, boxes: Sequence[tuple[int, int, int, int]]) -> Sample:
        """Return it with more boxes of a class told of."""
        more = np.array(boxes, np.float32).reshape(-1, 4)
        classes = np.full(len(more), class_, np.int64)
        return Sample(self.picture, np.concatenate([self.boxes, more]), np.concatenate([self.classes, classes]))

    def scaled(self, width: int, height: int, resample: Image.Resampling = Image.Resampling.BILINEAR) -> Sample:
        """Return it at another size, whatever its shape."""
        ratio = np.array([width / self.picture.width, height / self.picture.height] * 2, np.float32)
        return Sample(
            self.picture.resize((width, height), resample, reducing_gap=2.0), self.boxes * ratio, self.classes
        )


@dataclass(frozen=True)
class RealPage:
    """A page of a data set, read when it is first wanted and then held.

    ``truth`` are the class and the box x, y, w, h of each thing on it, in pixels of the file, which is ``width`` pixels
    wide. ``is_sheet``: without a picture it is bare paper.
    ``classes`` are the network's, ``held`` the longest side at which it is held, in pixels, 0 for that of the file.
    """

    path: Path
    source: str
    document: str
    width: int
    truth: tuple[tuple[str, Bounds], ...]
    is_sheet: bool = False
    classes: tuple[str, ...] = CLASSES
    held: int = HELD

    @property
    def sample(self) -> Sample:
        """The page, no larger than it is to be held; one of the file's own size is read anew each time."""
        return self._held if self.held else self._read()

    @cached_property
    def _held(self) -> Sample:
        return self._read()

    def _read(self) -> Sample:
        with Image.open(self.path) as file:
            if self.held:
                file.draft("RGB", (self.held, self.held))
            picture = upright(file).convert("RGB")
        boxes = np.array([(x, y, x + w, y + h) for _, (x, y, w, h) in self.truth], np.float32).reshape(-1, 4)
        classes = np.array([self.classes.index(name) for name, _ in self.truth], np.int64)
        return _shrunk(Sample(picture, boxes * (picture.width / self.width), classes), self.held)

    @property
    def has_pictures(self) -> bool:
        """Whether what is sought is on it: a picture, or any of one's own classes."""
        return any(name in PICTURES or "picture" not in self.classes for name, _ in self.truth)


def cut_out(page: RealPage) -> Iterator[tuple[str, Image.Image]]:
    """Yield what is told of on a page, cut out, with its class; nothing very small."""
    sample = page.sample
    for box, (name, _) in zip(sample.boxes, page.truth, strict=True):
        left, top, right, bottom = (round(float(side)) for side in box)
        if min(right - left, bottom - top) >= (_SMALLEST if name in PICTURES else _SMALLEST // 2):
            yield name, sample.picture.crop((left, top, right, bottom))


def _shrunk(sample: Sample, held: int) -> Sample:
    ratio = held / max(sample.picture.size)
    if not held or ratio >= 1:
        return sample
    width, height = (max(round(side * ratio), 1) for side in sample.picture.size)
    return sample.scaled(width, height, Image.Resampling.LANCZOS)
