"""SSD-MobileNetV2, trained on COCO, from TensorFlow's frozen graph: pictures → boxes with COCO's class numbers.

Wei Liu et al., SSD, https://arxiv.org/abs/1512.02325. The graph's own loops, which shrink pictures and suppress
doubles one by one, are left out: the middle is run on whole batches, and the rest is done here.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from ..engines import load_tensorflow
from ..weights import Models

#: The model, in the list of models.
MODEL = "ssd-mobilenet-v2-coco"
#: COCO's number of persons.
PERSON = 1
#: The side of what the network sees, in pixels.
SIDE = 300
_BATCH = 8
_INPUT, _BOXES, _SCORES = "Preprocessor/sub:0", "Postprocessor/Reshape_2:0", "Postprocessor/convert_scores:0"
# Two boxes of one class that overlap by more (intersection over union) are one thing; as the graph's own suppression.
_SAME = 0.6
_MOST = 100


class Seen(NamedTuple):
    """Something seen: COCO's number (1 to 90), the score (0 to 1), and left, top, right, bottom in shares of 1."""

    number: int
    score: float
    box: tuple[float, float, float, float]


class Detector:
    """Finds things in pictures; its graph is read when it first sees one. Safe to share between threads."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._loading = threading.Lock()
        self._graph: Any = None

    def __call__(self, pictures: Sequence[Image.Image], least: float) -> list[list[Seen]]:
        """Return what is seen in each picture with a score of at least ``least``, best first. Raises ModelError."""
        found: list[list[Seen]] = []
        for start in range(0, len(pictures), _BATCH):
            batch = np.stack([_squeezed(picture) for picture in pictures[start : start + _BATCH]])
            boxes, scores = self._run(batch * np.float32(2 / 255) - 1)
            found += [_things(*each, least) for each in zip(boxes, scores[:, :, 1:], strict=True)]
        return found

    def _run(self, batch: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        load_tensorflow()
        import tensorflow as tf

        with self._loading:
            if self._graph is None:
                self._graph = _read(self._models.file(MODEL))
        boxes, scores = self._graph(tf.constant(batch))
        return boxes.numpy(), scores.numpy()


def _read(path: Any) -> Any:
    import tensorflow as tf

    definition = tf.compat.v1.GraphDef()
    definition.ParseFromString(path.read_bytes())
    whole = tf.compat.v1.wrap_function(lambda: tf.import_graph_def(definition, name=""), [])
    return whole.prune(_INPUT, [_BOXES, _SCORES])


def _squeezed(picture: Image.Image) -> npt.NDArray[np.float32]:
    whole = picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    return np.asarray(whole, np.float32)


def _things(boxes: npt.NDArray[np.float32], scores: npt.NDArray[np.float32], least: float) -> list[Seen]:
    """Return the best of the boxes (top, left, bottom, right) that mean the same thing; ``scores`` by box and class."""
    found: list[Seen] = []
    for number in np.flatnonzero(scores.max(axis=0) >= least):
        rows = np.flatnonzero(scores[:, number] >= least)
        rows = rows[np.argsort(-scores[rows, number], kind="stable")][:_MOST]
        for row in distinct(boxes[rows], _SAME):
            top, left, bottom, right = (float(np.clip(edge, 0, 1)) for edge in boxes[rows[row]])
            if right > left and bottom > top:
                found.append(Seen(int(number) + 1, float(scores[rows[row], number]), (left, top, right, bottom)))
    return sorted(found, key=lambda seen: -seen.score)


def distinct(boxes: npt.NDArray[np.float32], same: float) -> list[int]:
    """Return the places of boxes that no earlier one covers; each row has two opposite corners."""
    kept: list[int] = []
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    for place, box in enumerate(boxes):
        low, high = np.maximum(boxes[kept, :2], box[:2]), np.minimum(boxes[kept, 2:], box[2:])
        common = np.prod(np.clip(high - low, 0, None), axis=1)
        if not (common > same * (areas[kept] + areas[place] - common)).any():
            kept.append(place)
    return kept
