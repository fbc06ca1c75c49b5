"""A picture as a vector that its other printings share: what a network sees in its outline, projected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image

from ...late import Late
from ...records import REPRODUCTION, Run
from ..backbone import opened
from .outlines import outline
from .projection import SIZE, read_projection

if TYPE_CHECKING:
    from ...weights import Models

#: The projection, in the list of models.
MODEL = "reproductions"
#: The blocks of EfficientNet-Lite2 whose channels' means and deviations are taken: parts of forms, no strokes or dots.
BLOCKS = (4, 7, 10, 13, 17)
#: Whatever its shape, a picture is squeezed into a square of this side for the network, in pixels.
SIDE = 160
_BATCH = 16

Array = npt.NDArray[np.float32]
#: From outlines to features, one row each.
Look = Callable[[Sequence[Image.Image]], Array]


class Reproductions:
    """Vectors by which the same picture is found again in another printing. Safe between threads.

    Weights are read when the first picture is seen. Raises ModelError where there are none, FormatError for weights
    that are none.
    """

    def __init__(self, models: Models) -> None:
        version = models.entry(MODEL).version
        config = {"size": str(SIZE), "from": "efficientnet-lite2", "side": str(SIDE)}
        self.run = Run(f"{MODEL}@{version}", MODEL, version, REPRODUCTION, config)
        self._look = Late(lambda: looking(models))
        self._projection = Late(lambda: read_projection(models.file(MODEL)))

    def __call__(self, pictures: Sequence[Image.Image]) -> npt.NDArray[np.float16]:
        """Return a vector of length 1 for each picture, one row each."""
        return self.of([outline(each) for each in pictures])

    def of(self, outlines: Sequence[Image.Image]) -> npt.NDArray[np.float16]:
        """Return the same from the outlines of pictures."""
        if not outlines:
            return np.zeros((0, SIZE), np.float16)
        look, projection = self._look(), self._projection()
        return projection(look(outlines)).astype(np.float16)


def looking(models: Models) -> Look:
    """Return what sees features in outlines: deviations of the channels, and their means. Raises ModelError."""
    network = opened(models, BLOCKS, top=False)

    def look(outlines: Sequence[Image.Image]) -> Array:
        rows = []
        for start in range(0, len(outlines), _BATCH):
            means, deviations = network(np.stack([_square(each) for each in outlines[start : start + _BATCH]]))
            rows.append(np.concatenate([deviations, means], axis=1))
        return np.concatenate(rows)

    return look


def _square(kept: Image.Image) -> Array:
    grey = np.asarray(kept.resize((SIDE, SIDE), Image.Resampling.BILINEAR), np.float32)
    return np.repeat(grey[..., None], 3, axis=2)
