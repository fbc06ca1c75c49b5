"""Pictures on a page, as the detector sees them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from PIL import Image

from ..weights import Models
from .network import CLASSES, SIDE, Array, decoded, gathered, prepared

#: The model, in the list of models. Its ``config`` has ``threshold``, the score from which boxes are believed, and
#: ``calibration``, rising pairs of score and confidence.
MODEL: Final = "detector"
#: What is below is not told at all.
FLOOR: Final = 0.05
#: Boxes that overlap by so much (intersection over union) are one thing, told twice.
_SAME: Final = 0.65
#: A box of which so much lies in a surer one, or the other way round, is most likely a part of a picture, or a row of
#: pictures: it is believed half as much.
_INSIDE: Final = 0.8
_DOUBT: Final = 0.5
#: Before they are compared; no page has more pictures.
_MOST: Final = 300
#: Pages looked at at once.
_BATCH: Final = 8

#: Kind, score, and box as x1, y1, x2, y2 in shares of the page.
Sight = tuple[str, float, tuple[float, float, float, float]]


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that the detector saw.

    ``kind`` is ``picture``, ``ornament`` or ``initial``; ``box`` is x1, y1, x2, y2 in shares of the page's width and
    height, 0 to 1; ``confidence`` is the share of such boxes that are right.
    """

    kind: str
    box: tuple[float, float, float, float]
    confidence: float

    @property
    def area(self) -> float:
        """The share of the page that it covers."""
        return (self.box[2] - self.box[0]) * (self.box[3] - self.box[1])


class Detector:
    """Looks at pages; the network is read when it first does. Safe between threads."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._loading = threading.Lock()
        self._network: Any = None
        known = models.entry(MODEL).config
        self._calibration = np.array(known.get("calibration", [(0, 0), (1, 1)]), np.float32)
        #: The confidence from which it is to be believed.
        self.least = self._sure(float(known.get("threshold", 0.5)))

    def __call__(self, pages: Sequence[Image.Image]) -> list[tuple[Seen, ...]]:
        """Return what is seen on each page, the surest first. Raises ModelError."""
        network = self._loaded()
        found: list[tuple[Seen, ...]] = []
        for start in range(0, len(pages), _BATCH):
            found += [
                tuple(Seen(kind, box, self._sure(score)) for kind, score, box in told)
                for told in sights(network, pages[start : start + _BATCH])
            ]
        return found

    def _sure(self, score: float) -> float:
        return float(np.interp(score, self._calibration[:, 0], self._calibration[:, 1]))

    def _loaded(self) -> Any:
        with self._loading:
            if self._network is None:
                import keras

                self._network = keras.saving.load_model(self._models.file(MODEL), compile=False)
            return self._network


def sights(network: Any, pages: Sequence[Image.Image]) -> list[list[Sight]]:
    """Return what a network sees on pages: kind, score, and box in shares of the page, the surest first."""
    from keras import ops

    outputs = network.predict_on_batch(prepared(np.stack([squashed(page) for page in pages])))
    scores, boxes = (ops.convert_to_numpy(part) for part in decoded(*gathered(outputs)))
    return [
        [(CLASSES[place], score, box) for place, score, box in chosen(*one)]
        for one in zip(scores, (boxes / SIDE).clip(0, 1), strict=True)
    ]


def squashed(page: Image.Image, side: int = SIDE) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return a page's RGB pixels in a square, whatever its shape."""
    return np.asarray(page.convert("RGB").resize((side, side), Image.Resampling.BILINEAR, reducing_gap=2.0))


def chosen(
    scores: Array, boxes: Array, floor: float = FLOOR
) -> list[tuple[int, float, tuple[float, float, float, float]]]:
    """Return class, score and box of what the cells of a page agree on, the surest first.

    Args:
        scores: (cells, classes), 0 to 1.
        boxes: (cells, 4) as x1, y1, x2, y2.
        floor: lower scores are left out.

    """
    best = scores.max(1)
    some = np.flatnonzero(best >= floor)
    some = some[np.argsort(-best[some], kind="stable")][:_MOST]
    whole: list[int] = []
    told: list[tuple[int, float, tuple[float, float, float, float]]] = []
    for cell in some:
        box, score = boxes[cell], float(best[cell])
        same, nested = _against(box, boxes[[*whole]])
        if same:
            continue
        if nested:
            score *= _DOUBT
        else:
            whole.append(int(cell))
        told.append((int(scores[cell].argmax()), score, _corners(box)))
    return sorted((one for one in told if one[1] >= floor), key=lambda one: -one[1])


def _against(box: Array, surer: Array) -> tuple[bool, bool]:
    """Say whether a box is the same as a surer one, and whether it is a part of one or holds one."""
    low, high = np.maximum(box[:2], surer[:, :2]), np.minimum(box[2:], surer[:, 2:])
    both = np.maximum(high - low, 0).prod(1)
    own, others = (box[2:] - box[:2]).prod(), (surer[:, 2:] - surer[:, :2]).prod(1)
    same = both / np.maximum(own + others - both, 1e-9)
    return bool((same > _SAME).any()), bool((both > _INSIDE * np.minimum(own, others)).any())


def _corners(box: Array) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = (float(value) for value in box)
    return x1, y1, x2, y2
