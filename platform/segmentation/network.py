"""The detector's network: PP-DocLayout-S, a PicoDet of 1.15 million parameters, with classes of our own.

Its input is a page of any shape squashed into a square; at each cell of four grids it says how much each class is there
and how far the sides of its box are. It was trained by PaddlePaddle on pages of offices (Apache-2.0); `adapt` gives it
heads for our classes, `platform/segmentation/training` trains it on pages of libraries.

Keras is imported by whoever calls, not by whoever imports.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..records import SEEN_AS

if TYPE_CHECKING:
    import keras

#: The side of the square, in pixels, that the network was trained for.
SIDE: Final = 480
#: The sides at which it looks at a page, and, where it is unsure, at its mirror image.
SIDES: Final = (512, 576)
#: What pictures are, as far as the detector tells. Each of them is a picture too.
KINDS: Final = tuple(SEEN_AS)
#: What is in a page, in the order of the network's classes.
CLASSES: Final = ("picture", "ornament", "initial", "stamp", *KINDS)
PICTURES: Final = ("picture", *KINDS)
#: Which of the 23 classes of PP-DocLayout-S ours begin as: its images, images in headers, seals and charts.
_IMAGE: Final = 1
_LIKE: Final = {"ornament": 20, "stamp": 16, "plan": 18}
#: A cell of each grid is so many pixels wide, and the distance of a side is 0 to 7 times that.
STRIDES: Final = (8, 16, 32, 64)
BINS: Final = 8
_MEAN, _STD = np.array((0.485, 0.456, 0.406)), np.array((0.229, 0.224, 0.225))
_SCALE, _SHIFT = (1 / (255 * _STD)).astype(np.float32), (-_MEAN / _STD).astype(np.float32)

Array = np.ndarray[Any, np.dtype[np.float32]]


def prepared(pixels: np.ndarray[Any, np.dtype[np.uint8]]) -> Array:
    """Return RGB pixels of 0 to 255 as the network wants them; any shape that ends in 3."""
    # Row by row: numbers in threes are slow.
    wide = pixels.reshape(*pixels.shape[:-2], -1)
    scaled: Array = np.multiply(wide, np.tile(_SCALE, pixels.shape[-2]), dtype=np.float32)
    scaled += np.tile(_SHIFT, pixels.shape[-2])
    return scaled.reshape(pixels.shape)


def cells(side: int) -> tuple[Array, Array]:
    """Return the centres of all cells, (cells, 2) as x and y in pixels, and their strides, (cells,)."""
    centres, strides = [], []
    for stride in STRIDES:
        count = -(-side // stride)
        at = (np.arange(count, dtype=np.float32) + np.float32(0.5)) * stride
        x, y = np.meshgrid(at, at)
        centres.append(np.stack([x.ravel(), y.ravel()], 1))
        strides.append(np.full(count * count, stride, np.float32))
    return np.concatenate(centres), np.concatenate(strides)


def gathered(outputs: Sequence[Any], classes: int = len(CLASSES)) -> tuple[Any, Any, Any]:
    """Put the grids of the network's outputs one behind the other.

    Returns logits of the classes (batch, cells, classes), of the quality (batch, cells, 1) and of the distances
    (batch, cells, 4, BINS).
    """
    from keras import ops

    def flat(grids: Sequence[Any], *last: int) -> Any:
        return ops.concatenate([ops.reshape(grid, (ops.shape(grid)[0], -1, *last)) for grid in grids], axis=1)

    return flat(outputs[0::3], classes), flat(outputs[1::3], 1), flat(outputs[2::3], 4, BINS)


def decoded(logits: Any, quality: Any, sides: Any, side: int = SIDE) -> tuple[Any, Any]:
    """Return scores (batch, cells, classes), 0 to 1, and boxes (batch, cells, 4): x1 y1 x2 y2 in the input's pixels."""
    from keras import ops

    scores = ops.sqrt(ops.sigmoid(logits) * ops.sigmoid(quality) + 1e-9)
    # As tensors: PyTorch's do not multiply with arrays.
    centres, strides = (ops.convert_to_tensor(array) for array in cells(side))
    distance = ops.sum(ops.softmax(sides, -1) * ops.arange(BINS, dtype="float32"), -1) * strides[:, None]
    return scores, ops.concatenate([centres - distance[..., :2], centres + distance[..., 2:]], -1)


def read(
    outputs: Sequence[Array], floor: float, classes: Sequence[str] = CLASSES, side: int = SIDE
) -> tuple[Array, Array, np.ndarray[Any, np.dtype[np.int64]]]:
    """Read the outputs of one page, as `decoded` does for many: cells of at least one score of ``floor`` or more.

    Args:
        outputs: the grids, (1, rows, columns, numbers) each.
        floor: lower scores are left out.
        classes: their names. Kinds of pictures share the score of the picture among them.
        side: of the input, in pixels.

    Returns:
        scores (n, classes), 0 to 1; boxes (n, 4): x1 y1 x2 y2 in shares of the page; the places of the cells, (n,).

    """
    logits, quality, sides = (
        np.concatenate([np.reshape(grid, (-1, grid.shape[-1])) for grid in outputs[part::3]]) for part in range(3)
    )
    kinds = kinds_of(classes)
    things = [place for place in range(len(classes)) if place not in kinds]
    # Of most cells nothing is likely, whatever their quality.
    some = np.flatnonzero(logits[:, things].max(1) >= np.log(floor**2 / (1 - floor**2)))
    scores = np.sqrt(_sigmoid(logits[some]) * _sigmoid(quality[some]))
    if kinds:
        picture = scores[:, classes.index("picture"), None]
        scores[:, kinds] = picture * _softmax(logits[some][:, kinds])
    sure = scores.max(1) >= floor
    scores, some = scores[sure], some[sure]
    centres, strides = _grid(side)
    chances = _softmax(sides[some].reshape(-1, 4, BINS))
    distance = (chances * np.arange(BINS, dtype=np.float32)).sum(-1) * strides[some, None]
    boxes = np.concatenate([centres[some] - distance[:, :2], centres[some] + distance[:, 2:]], 1)
    return scores, (boxes / np.float32(side)).clip(0, 1), some


def kinds_of(classes: Sequence[str]) -> list[int]:
    """Return the places of kinds of pictures among classes, none where there are no pictures."""
    return [place for place, name in enumerate(classes) if name in KINDS and "picture" in classes]


def class_heads(network: keras.Model) -> list[Any]:
    """Return the convolutions that say the classes, one a grid: outputs come in threes, and theirs are the first."""
    return [output._keras_history.operation for output in network.outputs[0::3]]  # noqa: SLF001


@lru_cache(maxsize=8)
def _grid(side: int) -> tuple[Array, Array]:
    return cells(side)


def _sigmoid(values: Array) -> Array:
    risen: Array = 1 / (1 + np.exp(-values.clip(-40, 40)))
    return risen


def _softmax(values: Array) -> Array:
    powers = np.exp(values - values.max(-1, keepdims=True))
    shares: Array = powers / powers.sum(-1, keepdims=True)
    return shares


def resized(network: keras.Model, side: int) -> keras.Model:
    """Return the network for squares of another side, with weights of its own that are the same."""
    import keras

    other = keras.models.clone_model(network, input_tensors=keras.Input((side, side, 3), name="image"))
    other.set_weights(network.get_weights())
    return other


def adapt(base: keras.Model, side: int = SIDE, classes: Sequence[str] = CLASSES) -> keras.Model:
    """Return the network with heads for some classes, each of which begins as what is most like it in the base."""
    import keras

    heads = {head.name for head in class_heads(base)}

    def renewed(layer: keras.layers.Layer) -> keras.layers.Layer:
        config = layer.get_config()
        if layer.name in heads:
            config["filters"] = len(classes)
        return type(layer).from_config(config)

    model = keras.models.clone_model(
        base, input_tensors=keras.Input((side, side, 3), name="image"), clone_function=renewed
    )
    for old, new in zip(base.layers, model.layers, strict=True):
        values = old.get_weights()
        if old.name in heads:
            values = [value[..., [_LIKE.get(name, _IMAGE) for name in classes]] for value in values]
        new.set_weights(values)
    return model
