"""How well a network finds pictures on pages that it never saw."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import keras
import numpy as np
from PIL import Image

from ...learning.calibration import fitted_isotonic
from ...learning.detections import Found, Hits, Truth, average_precision, match, pool, recall_precision
from ...learning.metrics import Interval, bootstrap
from ..detector import Sight, sights
from .samples import RealPage

#: Box overlaps (intersection over union) at which a picture counts as found.
OVERLAPS: Final = (0.5, 0.75)
#: What is shipped finds so many of the pictures at least, if it can.
_RECALL: Final = 0.97


@dataclass(frozen=True, slots=True)
class Seen:
    """A page with what a network that never saw its document found on it: boxes x, y, w, h in pixels of the file."""

    page: RealPage
    found: Found

    def hits(self, overlap: float) -> Hits:
        """Return which of them are pictures. Decoration is neither asked for nor punished."""
        boxes = {
            wanted: [box for name, _, box in self.page.truth if (name == "picture") is wanted]
            for wanted in (True, False)
        }
        wanted, spared = (np.array(boxes[one], np.float64).reshape(-1, 4) for one in (True, False))
        return match(Truth(wanted, spared), self.found, overlap)


@dataclass(frozen=True, slots=True)
class Measure:
    """What was measured of one source, or of all: intervals are of 95 %, over documents drawn anew."""

    name: str
    pages: int
    pictures: int
    precision: Mapping[float, Interval]
    recall: float
    sure: float
    false_pages: float


def looked(network: keras.Model, pages: Sequence[RealPage]) -> list[Seen]:
    """Have a network look at pages."""
    seen = []
    for start in range(0, len(pages), 8):
        some = pages[start : start + 8]
        opened = [_opened(page) for page in some]
        for page, picture, told in zip(some, opened, sights(network, opened), strict=True):
            seen.append(Seen(page, _found(told, *picture.size)))
    return seen


def threshold(seen: Sequence[Seen]) -> float:
    """Return the score from which boxes are told: the highest that keeps the recall wanted, of hundredths."""
    hits = pool([one.hits(OVERLAPS[0]) for one in seen])
    fit = [score for score in np.arange(0.1, 0.9, 0.01) if recall_precision(hits, score)[0] >= _RECALL]
    return round(float(max(fit, default=0.3)), 2)


def measured(name: str, seen: Sequence[Seen], at: float) -> Measure:
    """Measure what was found on some pages; ``at`` is the score from which boxes are told."""
    hits = {overlap: [one.hits(overlap) for one in seen] for overlap in OVERLAPS}
    documents = [one.page.document for one in seen]

    def average(overlap: float) -> Callable[[np.ndarray[tuple[int], np.dtype[np.int64]]], float]:
        return lambda places: average_precision(pool([hits[overlap][place] for place in places]))

    recall, sure = recall_precision(pool(hits[OVERLAPS[0]]), at)
    empty = [one for one, page in zip(hits[OVERLAPS[0]], seen, strict=True) if not page.page.has_pictures]
    false = sum(int((one.scores >= at).sum()) for one in empty)
    return Measure(
        name,
        len(seen),
        sum(one.wanted for one in hits[OVERLAPS[0]]),
        {overlap: bootstrap(documents, average(overlap), rounds=500) for overlap in OVERLAPS},
        recall,
        sure,
        100 * false / len(empty) if empty else 0.0,
    )


def calibration(seen: Sequence[Seen]) -> list[tuple[float, float]]:
    """Return rising pairs of score and share of boxes that are right, twenty of them."""
    hits = pool([one.hits(OVERLAPS[0]) for one in seen])
    at = np.linspace(0.05, 1, 20)
    sure = fitted_isotonic(hits.scores, hits.hit)(at)
    return [(round(float(score), 2), round(float(share), 4)) for score, share in zip(at, sure, strict=True)]


def _opened(page: RealPage) -> Image.Image:
    with Image.open(page.path) as file:
        picture: Image.Image = file.convert("RGB")
    return picture


def _found(told: Sequence[Sight], width: int, height: int) -> Found:
    boxes = [
        (x1 * width, y1 * height, (x2 - x1) * width, (y2 - y1) * height)
        for kind, _, (x1, y1, x2, y2) in told
        if kind == "picture"
    ]
    scores = [score for kind, score, _ in told if kind == "picture"]
    return Found(np.array(boxes, np.float64).reshape(-1, 4), np.array(scores, np.float64))
