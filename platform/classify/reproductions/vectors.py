"""A picture as a vector that its other printings share: what the backbone sees in its outline, projected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image

from ...records import Run
from .outlines import outline
from .projection import SIZE, Projection, read_projection

if TYPE_CHECKING:
    from ...weights import Models
    from ..backbone import Backbone

#: The projection, in the list of models.
MODEL = "reproductions"
#: Whatever its shape, a picture is squeezed into a square of this side for the backbone, in pixels.
SIDE = 160
_BATCH = 32

Array = npt.NDArray[np.float32]


class Reproductions:
    """Vectors by which the same picture is found again in another printing. Safe between threads.

    Raises ModelError where there are no weights, FormatError for weights that are none.
    """

    def __init__(self, backbone: Backbone, models: Models) -> None:
        self._backbone = backbone
        self._projection: Projection = read_projection(models.file(MODEL))
        version = models.entry(MODEL).version
        config = {"size": str(SIZE), "backbone": "efficientnet-lite2", "side": str(SIDE)}
        self.run = Run(f"reproduction-vectors@{version}", "reproduction-vectors", version, "vector.same", config)

    def __call__(self, pictures: Sequence[Image.Image]) -> npt.NDArray[np.float16]:
        """Return a vector of length 1 for each picture, one row each."""
        return self._projection(features(self._backbone, [outline(each) for each in pictures])).astype(np.float16)


def features(backbone: Backbone, outlines: Sequence[Image.Image]) -> Array:
    """Return what the backbone sees in outlines, one row each: style of four blocks, and the top."""
    rows = []
    for start in range(0, len(outlines), _BATCH):
        seen = backbone([_square(each) for each in outlines[start : start + _BATCH]])
        rows.append(np.concatenate([seen.means, seen.deviations, seen.top], axis=1))
    return np.concatenate(rows) if rows else np.zeros((0, 0), np.float32)


def _square(kept: Image.Image) -> npt.NDArray[np.uint8]:
    grey = np.asarray(kept.resize((SIDE, SIDE), Image.Resampling.BILINEAR))
    return np.repeat(grey[..., None], 3, axis=2)
