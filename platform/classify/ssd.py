"""SSD-MobileNetV2, trained on COCO, from TensorFlow's frozen graph: pictures → boxes with COCO's class numbers.

Wei Liu et al., SSD, https://arxiv.org/abs/1512.02325. The graph's own loops, which shrink pictures and suppress
doubles one by one, are left out. On a processor the network is written anew for LiteRT (see `mobilenet`), where what
nobody asks for is not computed; on a graphics processor TensorFlow runs the middle of the graph on whole batches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from PIL import Image

from ..engines import has_graphics, load_tensorflow
from ..late import Late
from ..weights import Models
from .frozen import read_frozen
from .lite import Lite
from .mobilenet import PERSON as PERSON
from .mobilenet import SIDE as SIDE
from .mobilenet import anchors, others, persons, placed

#: The model, in the list of models.
MODEL = "ssd-mobilenet-v2-coco"
_BATCH = 8
#: All that COCO has numbers for; some of them are of nothing.
_NUMBERS = tuple(range(1, 91))
_INPUT, _BOXES, _SCORES = "Preprocessor/sub:0", "Postprocessor/Reshape_2:0", "Postprocessor/convert_scores:0"
# Two boxes of one class that overlap by more (intersection over union) are one thing; as the graph's own suppression.
_SAME = 0.6
_MOST = 100


class Seen(NamedTuple):
    """Something seen: COCO's number (1 to 90), the score (0 to 1), and left, top, right, bottom in shares of 1."""

    number: int
    score: float
    box: tuple[float, float, float, float]


Array = npt.NDArray[np.float32]


class _Network(Protocol):
    """The network, opened: on pictures, -1 to 1, it says boxes (top, left, bottom, right) and scores by number."""

    def __call__(self, batch: Array, persons_alone: Sequence[bool]) -> list[tuple[Array, Array]]:
        """Return of each picture rows of boxes and of scores, one column for each number; what is not asked is 0."""


class Detector:
    """Finds things in pictures; its graph is read when it first sees one. Safe to share between threads.

    Args:
        models: where the weights are.
        numbers: COCO's numbers of what is looked for.

    """

    def __init__(self, models: Models, numbers: Sequence[int] = _NUMBERS) -> None:
        self._numbers = sorted(numbers)
        self._network: Late[_Network] = Late(lambda: _opened(models.file(MODEL), self._numbers))

    def __call__(
        self, pictures: Sequence[Image.Image], least: float, persons_alone: Sequence[bool] | None = None
    ) -> list[list[Seen]]:
        """Return what is seen in each picture with a score of at least ``least``, best first. Raises ModelError.

        ``persons_alone`` says of which pictures nothing but persons is asked: that takes less than half the time.
        """
        alone = list(persons_alone) if persons_alone is not None else [False] * len(pictures)
        found: list[list[Seen]] = []
        for start in range(0, len(pictures), _BATCH):
            some = slice(start, start + _BATCH)
            batch = np.stack([_squeezed(picture) for picture in pictures[some]]) * np.float32(2 / 255) - 1
            found += [_things(*each, self._numbers, least) for each in self._network()(batch, alone[some])]
        return found


def _opened(path: Path, numbers: Sequence[int]) -> _Network:
    return (_Graph if has_graphics() else _InParts)(path, numbers)


class _InParts:
    """The network in LiteRT, a picture at a time: persons first, the rest where it is asked for."""

    def __init__(self, path: Path, numbers: Sequence[int]) -> None:
        constants = read_frozen(path)
        self._rest = [place for place, number in enumerate(numbers) if number != PERSON]
        self._person = [place for place, number in enumerate(numbers) if number == PERSON]
        self._count = len(numbers)
        self._persons = Lite(persons(constants))
        self._others = Lite(others(constants, [numbers[place] for place in self._rest])) if self._rest else None
        self._anchors = anchors(constants)

    def __call__(self, batch: Array, persons_alone: Sequence[bool]) -> list[tuple[Array, Array]]:
        found = []
        for picture, alone in zip(batch, persons_alone, strict=True):
            told = self._persons(picture[None])
            grids = len(told) // 3
            scores = np.zeros((len(self._anchors), self._count), np.float32)
            scores[:, self._person] = _rows(told[grids : 2 * grids], 1)
            if self._others and not alone:
                scores[:, self._rest] = _rows(self._others(*told[2 * grids :]), len(self._rest))
            found.append((placed(_rows(told[:grids], 4), self._anchors), scores))
        return found


class _Graph:
    """The middle of TensorFlow's own graph."""

    def __init__(self, path: Path, numbers: Sequence[int]) -> None:
        load_tensorflow()
        import tensorflow as tf

        definition = tf.compat.v1.GraphDef()
        definition.ParseFromString(path.read_bytes())
        whole = tf.compat.v1.wrap_function(lambda: tf.import_graph_def(definition, name=""), [])
        middle = whole.prune(_INPUT, [_BOXES, _SCORES])
        self._run: Callable[[Array], Any] = lambda batch: middle(tf.constant(batch))
        self._numbers = list(numbers)

    def __call__(self, batch: Array, persons_alone: Sequence[bool]) -> list[tuple[Array, Array]]:
        boxes, scores = (each.numpy() for each in self._run(batch))
        asked = scores[:, :, self._numbers]
        asked[np.array(persons_alone)] *= np.array(self._numbers) == PERSON
        return list(zip(boxes, asked, strict=True))


def _rows(grids: Sequence[Array], columns: int) -> Array:
    return np.concatenate([grid.reshape(-1, columns) for grid in grids])


def _squeezed(picture: Image.Image) -> Array:
    whole = picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    return np.asarray(whole, np.float32)


def _things(boxes: Array, scores: Array, numbers: Sequence[int], least: float) -> list[Seen]:
    """Return the best of the boxes (top, left, bottom, right) that mean the same thing; ``scores`` by box and class."""
    found: list[Seen] = []
    for column in np.flatnonzero(scores.max(axis=0) >= least).tolist():
        rows = np.flatnonzero(scores[:, column] >= least)
        rows = rows[np.argsort(-scores[rows, column], kind="stable")][:_MOST]
        for row in distinct(boxes[rows], _SAME):
            top, left, bottom, right = (float(np.clip(edge, 0, 1)) for edge in boxes[rows[row]])
            if right > left and bottom > top:
                found.append(Seen(numbers[column], float(scores[rows[row], column]), (left, top, right, bottom)))
    return sorted(found, key=lambda seen: -seen.score)


def distinct(boxes: Array, same: float) -> list[int]:
    """Return the places of boxes that no earlier one covers; each row has two opposite corners."""
    kept: list[int] = []
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    for place, box in enumerate(boxes):
        low, high = np.maximum(boxes[kept, :2], box[:2]), np.minimum(boxes[kept, 2:], box[2:])
        common = np.prod(np.clip(high - low, 0, None), axis=1)
        if not (common > same * (areas[kept] + areas[place] - common)).any():
            kept.append(place)
    return kept
