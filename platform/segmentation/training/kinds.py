"""What kind of picture each is: learnt at the end, by logistic regression on what the network sees where one is.

While it learns to find pictures, the network says their kinds by the way, and not well: drawings and photographs share
the scores of pictures. The last layer alone is then solved anew for them, with all that it has before it held still.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import keras
import numpy as np

from ..boxes import overlaps
from ..network import Array, class_heads, kinds_of, prepared, read
from .feeding import Batch

#: Cells answer for a picture if their boxes overlap it by so much, and they are so sure of it; the best ten alone.
_OVERLAP: Final = 0.5
_SURE: Final = 0.15
_MOST: Final = 10
_PASSES: Final = 60
_HELD: Final = 5e-3


def solve_kinds(network: keras.Model, batches: Iterable[Batch], classes: Sequence[str]) -> None:
    """Let a network say the kinds of pictures as well as one layer can; nothing else of it changes.

    Args:
        network: one that has learnt to find pictures.
        batches: pages and what is on them.
        classes: the network's.

    """
    heads, kinds = class_heads(network), kinds_of(classes)
    looking = keras.Model(network.inputs, [*network.outputs, *[head.input for head in heads]])
    rows: list[tuple[Array, Array, Array]] = []
    for pixels, truth in batches:
        seen = [np.asarray(grid) for grid in looking.predict_on_batch(prepared(pixels))]
        grids, features = seen[: len(network.outputs)], seen[len(network.outputs) :]
        for page, told in enumerate(truth):
            one = [grid[page : page + 1] for grid in grids]
            given = _with_grids([feature[page] for feature in features])
            rows += _rows(one, given, told[told[:, 5] > 0], kinds, classes, pixels.shape[1])
    if rows:
        given, kind, weight = (np.concatenate(part) for part in zip(*rows, strict=True))
        _put(heads, kinds, *_solved(given, kind, weight, len(kinds)))


def _with_grids(features: Sequence[Array]) -> Array:
    """Return what each cell has before it, (cells, features), and behind it which grid it is of."""
    flat = [np.reshape(feature, (-1, feature.shape[-1])) for feature in features]
    which = np.eye(len(flat), dtype=np.float32)
    return np.concatenate([np.concatenate([one, np.tile(which[at], (len(one), 1))], 1) for at, one in enumerate(flat)])


def _rows(
    grids: Sequence[Array],
    given: Array,
    truth: Array,
    kinds: Sequence[int],
    classes: Sequence[str],
    side: int,
) -> list[tuple[Array, Array, Array]]:
    """Return, for each picture of a known kind, what its cells have before them, the kind, and how much each counts."""
    scores, boxes, places = read(grids, _SURE, classes, side)
    picture, found = scores[:, classes.index("picture")], []
    for *box, kind, _ in truth:
        if int(kind) not in kinds:
            continue
        fit = overlaps(np.array(box, np.float32) / np.float32(side), boxes)
        some = np.flatnonzero((fit > _OVERLAP) & (picture > _SURE))
        some = some[np.argsort(-(fit * picture)[some])][:_MOST]
        if len(some):
            count = np.float32(len(some))
            found.append(
                (given[places[some]], np.full(len(some), kinds.index(int(kind))), np.full(len(some), 1 / count))
            )
    return found


def _solved(given: Array, kind: Array, weight: Array, kinds: int) -> tuple[Array, Array]:
    """Return weights (features, kinds) and where they start (kinds,)."""
    middle, spread = given.mean(0), given.std(0) + np.float32(1e-6)
    layer = keras.layers.Dense(kinds, "softmax", True, "zeros", kernel_regularizer=keras.regularizers.L2(_HELD))
    model = keras.Sequential([keras.Input((given.shape[1],)), layer])
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    model.fit(
        (given - middle) / spread, kind, 256, _PASSES, verbose=0, sample_weight=weight / weight.mean(), shuffle=True
    )
    slopes, start = (np.asarray(value) for value in layer.get_weights())
    return slopes / spread[:, None], start - (middle / spread) @ slopes


def _put(heads: Sequence[Any], kinds: Sequence[int], slopes: Array, start: Array) -> None:
    """Write what was solved into the layers that say the classes."""
    features = len(slopes) - len(heads)
    for at, head in enumerate(heads):
        kernel, bias = (np.array(value) for value in head.get_weights())
        kernel[0, 0][:, kinds], bias[kinds] = slopes[:features], start + slopes[features + at]
        head.set_weights([kernel, bias])
