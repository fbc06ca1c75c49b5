"""What is asked of the network: which cells answer for which picture, and how wrong their answers are.

Task-aligned assignment (Feng and others, TOOD, 2021), quality-weighted cross-entropy (Zhang and others, VarifocalNet,
2021), generalised IoU and distribution focal loss (Li and others, 2020), in Keras's own operations, for any backend.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import keras
import numpy as np
from keras import ops

from ..network import BINS, CLASSES, KINDS, cells, decoded, gathered

#: At most so many things are told of one page.
MOST: Final = 32
#: A page's truth is so many rows of x1, y1, x2, y2, class and 1 where there is one.
ROW: Final = 6
_CELLS_EACH: Final = 10
_SHARPNESS: Final = 4.0
_EPSILON: Final = 1e-7


def rows(boxes: np.ndarray[Any, Any], classes: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return the truth of a page for `Objective`: boxes (n, 4) in pixels of the input, classes (n,); largest first."""
    told = np.zeros((MOST, ROW), np.float32)
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    order = np.argsort(-area)[:MOST]
    told[: len(order), :4], told[: len(order), 4], told[: len(order), 5] = boxes[order], classes[order], 1
    return told


class Learner(keras.Model):  # type: ignore[misc]
    """The network together with what is asked of it; ``network`` is what remains after training."""

    def __init__(
        self,
        network: keras.Model,
        side: int,
        classes: Sequence[str] = CLASSES,
        weights: Sequence[float] = (1.0, 2.0, 0.5),
    ) -> None:
        super().__init__()
        self.network, self._side, self._classes, self._weights = network, side, len(classes), weights
        # As tensors: PyTorch's do not multiply with arrays.
        self._found, self._told = (ops.convert_to_tensor(array) for array in _meanings(classes))
        self._centres, self._strides = (ops.convert_to_tensor(array) for array in cells(side))
        self.parts = [keras.metrics.Mean(name=name) for name in ("found", "boxes", "sides")]

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """The three parts of the loss, each a mean over the epoch."""
        return [self._loss_tracker, *self.parts]

    def call(self, pixels: Any, training: bool = False) -> Any:
        """Return the network's outputs."""
        return self.network(pixels, training=training)

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> Any:
        """Return how wrong the outputs of a batch are; ``y`` is (batch, MOST, ROW)."""
        del x, sample_weight, training
        logits, quality, sides = gathered(y_pred, self._classes)
        scores, boxes = decoded(logits, quality, sides, self._side)
        truth, classes, there = y[..., :4], ops.one_hot(ops.cast(y[..., 4], "int32"), self._classes), y[..., 5]
        wanted, answers, share = self._assigned(scores, boxes, truth, classes, there)
        total = ops.maximum(ops.sum(share), 1.0)
        losses = (
            _varifocal(scores, wanted) / total,
            ops.sum((1 - _generalised(boxes, answers)) * share) / total,
            ops.sum(self._distances(sides, answers) * share) / total,
        )
        for metric, loss in zip(self.parts, losses, strict=True):
            metric.update_state(loss)
        return sum(weight * loss for weight, loss in zip(self._weights, losses, strict=True))

    def _assigned(self, scores: Any, boxes: Any, truth: Any, classes: Any, there: Any) -> tuple[Any, Any, Any]:
        """Return what each cell should say of each class, the box that it answers for, and how much it counts.

        Shapes: (batch, cells, classes), (batch, cells, 4), (batch, cells).
        """
        scores, boxes = ops.stop_gradient(scores), ops.stop_gradient(boxes)
        overlap = _overlap(truth[:, :, None], boxes[:, None])
        centre = self._centres[None, None]
        # A thing smaller than a cell has the cells around its middle.
        middle, half = (truth[..., :2] + truth[..., 2:]) / 2, (truth[..., 2:] - truth[..., :2]) / 2
        reach = ops.maximum(half[:, :, None], self._strides[None, None, :, None] * 0.75)
        inside = ops.all(ops.abs(centre - middle[:, :, None]) < reach, -1)
        inside = ops.cast(inside, "float32") * there[:, :, None]
        said = ops.einsum("bac,bmc->bma", scores, ops.matmul(classes, self._found))
        fit = said * overlap**_SHARPNESS * inside
        least = ops.top_k(fit, _CELLS_EACH)[0][..., -1:]
        mine = ops.cast((fit >= least) & (fit > 0), "float32")
        # A cell answers for one thing: the one that its box fits best.
        best = ops.argmax(overlap * mine, 1)
        chosen = mine * ops.transpose(ops.one_hot(best, truth.shape[1], axis=-1), (0, 2, 1))
        fit, overlap = fit * chosen, overlap * chosen
        most = ops.max(fit, -1, keepdims=True)
        strength = fit / (most + _EPSILON) * ops.max(overlap, -1, keepdims=True)
        wanted = ops.einsum("bma,bmc->bac", strength, ops.matmul(classes, self._told))
        answers = ops.einsum("bma,bmd->bad", chosen, truth)
        return wanted, answers, ops.sum(strength, 1)

    def _distances(self, sides: Any, answers: Any) -> Any:
        """Return how wrong the distributions of the distances are, (batch, cells)."""
        strides = self._strides[None, :, None]
        towards = ops.concatenate([self._centres - answers[..., :2], answers[..., 2:] - self._centres], -1) / strides
        towards = ops.clip(towards, 0.0, BINS - 1 - 0.01)
        low = ops.floor(towards)
        above = towards - low
        chances = ops.log_softmax(sides, -1)
        index = ops.cast(low, "int32")
        at_low = ops.sum(chances * ops.one_hot(index, BINS), -1)
        at_high = ops.sum(chances * ops.one_hot(index + 1, BINS), -1)
        return -ops.mean(at_low * (1 - above) + at_high * above, -1)


def _meanings(classes: Sequence[str]) -> tuple[Any, Any]:
    """Return by which class each is found, and all that is to be told of it: a kind of picture is a picture too.

    Both are (classes, classes), with 0 and 1.
    """
    told = np.eye(len(classes), dtype=np.float32)
    found = told.copy()
    for place, name in enumerate(classes):
        if name in KINDS and "picture" in classes:
            found[place] = told[classes.index("picture")]
    return found, np.maximum(told, found)


def _varifocal(scores: Any, wanted: Any) -> Any:
    scores = ops.clip(scores, _EPSILON, 1 - _EPSILON)
    weight = ops.where(wanted > 0, wanted, 0.75 * ops.stop_gradient(scores) ** 2)
    return -ops.sum(weight * (wanted * ops.log(scores) + (1 - wanted) * ops.log(1 - scores)))


def _overlap(one: Any, other: Any) -> Any:
    """Return the intersection over the union of boxes, broadcast."""
    low, high = ops.maximum(one[..., :2], other[..., :2]), ops.minimum(one[..., 2:], other[..., 2:])
    both = ops.prod(ops.maximum(high - low, 0.0), -1)
    return both / (_area(one) + _area(other) - both + _EPSILON)


def _generalised(one: Any, other: Any) -> Any:
    low, high = ops.maximum(one[..., :2], other[..., :2]), ops.minimum(one[..., 2:], other[..., 2:])
    both = ops.prod(ops.maximum(high - low, 0.0), -1)
    either = _area(one) + _area(other) - both + _EPSILON
    span = ops.maximum(one[..., 2:], other[..., 2:]) - ops.minimum(one[..., :2], other[..., :2])
    around = ops.prod(span, -1) + _EPSILON
    return both / either - (around - either) / around


def _area(box: Any) -> Any:
    return ops.prod(ops.maximum(box[..., 2:] - box[..., :2], 0.0), -1)
