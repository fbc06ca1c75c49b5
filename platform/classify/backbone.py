"""One forward pass that what a picture is, what it looks like and what it is called are all read from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

from ..engines import has_graphics, load_tensorflow
from ..late import Late
from ..weights import Models
from .efficientnet import SIDE as SIDE
from .efficientnet import TOP as TOP

if TYPE_CHECKING:
    import keras

#: The model, in the list of models.
MODEL = "efficientnet-lite2"
#: The blocks whose channels are summed up: from strokes and dots (1, 3) to parts of things (12).
BLOCKS = (1, 3, 7, 12)
#: Channels of these blocks in all.
CHANNELS = 256
#: The block whose channels are looked at together, and how many pairs of them there are.
PAIRED = 10
PAIRS = 88 * 87 // 2
#: Pictures at once: more are slower, and take more memory.
BATCH = 8

Array = npt.NDArray[np.float32]
#: What pictures (n, height, width, 3) are looked at with: it gives some tensors, each with one row a picture.
Network: TypeAlias = Callable[[Array], list[Array]]


@dataclass(frozen=True, slots=True)
class Features:
    """What the network makes of pictures, one row each.

    ``means`` and ``deviations`` are those of the channels of `BLOCKS`, one block behind the other (256 numbers each):
    how a picture is made is in them. ``top`` (1,280) is what it shows. ``classes`` (1,000) are the probabilities of
    ImageNet's classes.
    """

    means: Array
    deviations: Array
    top: Array
    classes: Array

    def __len__(self) -> int:
        return len(self.top)

    def __getitem__(self, rows: slice | Sequence[int] | npt.NDArray[np.intp]) -> Features:
        return Features(*(getattr(self, each.name)[rows] for each in fields(self)))

    @classmethod
    def joined(cls, parts: Sequence[Features]) -> Features:
        """Put the rows of several one behind the other."""
        return cls(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(cls)))


class Backbone:
    """EfficientNet-Lite2, trained on ImageNet. Its weights are read when it first sees a picture; safe between threads.

    Raises ModelError where there are none.
    """

    def __init__(self, models: Models) -> None:
        self._network = Late(lambda: opened(models, shown=PAIRED))

    def __call__(self, pictures: Sequence[npt.NDArray[np.uint8]]) -> Features:
        """Look at pictures of one size, ``(height, width, 3)``; as ``picture_for`` makes them, or tiles of any size."""
        if not len(pictures):
            empty = [np.zeros((0, length), np.float32) for length in (CHANNELS, CHANNELS, TOP, 1000)]
            return Features(*empty)
        return Features.joined([features for features, _ in self._seen(pictures)])

    def together(self, pictures: Sequence[npt.NDArray[np.uint8]]) -> tuple[Features, Array]:
        """Look at pictures as a call does, and return how the channels of a block go together too: see `pairs`."""
        if not len(pictures):
            return self(pictures), np.zeros((0, PAIRS), np.float32)
        seen = list(self._seen(pictures))
        return Features.joined([features for features, _ in seen]), np.concatenate([pairs(maps) for _, maps in seen])

    def _seen(self, pictures: Sequence[npt.NDArray[np.uint8]]) -> Iterator[tuple[Features, Array]]:
        network = self._network()
        for start in range(0, len(pictures), BATCH):
            *features, maps = network(np.stack(pictures[start : start + BATCH]).astype(np.float32))
            yield Features(*features), maps


def pairs(maps: Array) -> Array:
    """Return for each two channels of maps (pictures, height, width, channels) how they go together, one row a picture.

    It is the root of their correlation, with its sign: strokes of one way that come with strokes across, grain that
    comes with edges.
    """
    count, channels = len(maps), maps.shape[-1]
    values = maps.reshape(count, -1, channels)
    values = values - values.mean(axis=1, keepdims=True)
    both = values.transpose(0, 2, 1) @ values / np.float32(values.shape[1])
    spread = np.sqrt(np.maximum(np.diagonal(both, axis1=1, axis2=2), np.float32(1e-6)))
    rows, columns = np.triu_indices(channels, 1)
    correlations = both[:, rows, columns] / (spread[:, rows] * spread[:, columns])
    return np.asarray(np.sign(correlations) * np.sqrt(np.abs(correlations)), np.float32)


def opened(models: Models, blocks: tuple[int, ...] = BLOCKS, *, top: bool = True, shown: int | None = None) -> Network:
    """Return the network, opened: in LiteRT, in Keras where there is a graphics processor. Raises ModelError.

    It gives what `efficientnet.build` says, but for top features and classes where ``top`` is off.
    """
    return (_opened_in_keras if has_graphics() else _opened_in_litert)(models, blocks, top, shown)


def _opened_in_litert(models: Models, blocks: tuple[int, ...], top: bool, shown: int | None) -> Network:
    from .checkpoint import read_checkpoint
    from .efficientnet import written
    from .lite import Lite

    network = Lite(written(blocks, read_checkpoint(models.file(MODEL)), top=top, shown=shown))

    def look(batch: Array) -> list[Array]:
        # One by one, which in LiteRT is faster than many at once.
        told = [network(picture[None]) for picture in batch]
        every = [np.concatenate(each) for each in zip(*told, strict=True)]
        count, flat = len(blocks), len(every) - (shown is not None)
        rows = [each.reshape(len(batch), -1) for each in every[:flat]]
        means, deviations = np.concatenate(rows[:count], 1), np.concatenate(rows[count : 2 * count], 1)
        return [means, deviations, *rows[2 * count :], *every[flat:]]

    return look


def _opened_in_keras(models: Models, blocks: tuple[int, ...], top: bool, shown: int | None) -> Network:
    model = load(models, blocks, shown=shown)
    import tensorflow as tf

    shape = tf.TensorSpec((None, None, None, 3), tf.float32)

    def looked(batch: Any) -> list[Any]:
        told = model(batch, training=False)
        return list(told) if top else [*told[:2], *told[4:]]

    network: Any = tf.function(looked, input_signature=[shape])
    return lambda batch: [each.numpy() for each in network(batch)]


def load(models: Models, blocks: tuple[int, ...] = BLOCKS, *, shown: int | None = None) -> keras.Model:
    """Return the network with its weights, for one's own use (see `efficientnet.build`). Raises ModelError."""
    from .checkpoint import read_checkpoint
    from .efficientnet import build, set_weights

    checkpoint = read_checkpoint(models.file(MODEL))
    load_tensorflow()
    model = build(blocks, shown=shown)
    set_weights(model, checkpoint)
    return model


def picture_for(picture: Image.Image) -> npt.NDArray[np.uint8]:
    """Return a whole picture as the network takes it: RGB, squeezed into its square."""
    whole = picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    return np.asarray(whole)
