"""By how many quarters a picture was turned: photographs were mounted, and volumes scanned, sideways.

One linear score says how upright what the backbone sees looks; a picture is scored in its four positions, and the best
wins where it is sure. Scored so, nothing has to be learnt of each position by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from ..records import Run
from ..weights import Models
from .backbone import Backbone, Features, picture_for

#: The model, in the list of models.
MODEL = "rotation"
# From here on it is told; below, a picture is taken to stand upright.
_SURE = 0.95
ROTATION_RUN = Run("rotation@1", "rotation", "1", "rotation", {"model": f"{MODEL} ≥ {_SURE}"})
_STEPS, _PACE, _MOMENTUM, _DECAY = 400, 0.02, 0.9, 0.03

Array = npt.NDArray[np.float32]


class Rotations:
    """Says how pictures were turned. It looks at each three times more than the backbone did."""

    run = ROTATION_RUN

    def __init__(self, models: Models, backbone: Backbone) -> None:
        self._models, self._backbone = models, backbone
        self._loading = threading.Lock()
        self._score: tuple[Array, Array] | None = None

    def __call__(self, pictures: Sequence[Image.Image], features: Features) -> list[tuple[int, float]]:
        """Return by how many degrees clockwise each must be turned to stand upright (0, 90, 180, 270), and how sure.

        ``features`` are the backbone's of the pictures as they are. Raises ModelError.
        """
        mean, weights = self._loaded()
        squares = [picture_for(picture) for picture in pictures]
        seen = [features] + [
            self._backbone([np.ascontiguousarray(np.rot90(square, -quarters)) for square in squares])
            for quarters in (1, 2, 3)
        ]
        scores = np.stack([(_numbers(each) - mean) @ weights for each in seen])
        chances = np.exp(scores - scores.max(axis=0))
        chances /= chances.sum(axis=0)
        found = []
        for place in range(len(pictures)):
            best = int(chances[:, place].argmax())
            sure = float(chances[best, place])
            found.append((90 * best, sure) if sure >= _SURE else (0, float(chances[0, place])))
        return found

    def _loaded(self) -> tuple[Array, Array]:
        with self._loading:
            if self._score is None:
                with np.load(self._models.file(MODEL), allow_pickle=False) as archive:
                    self._score = archive["mean"], archive["weights"]
        return self._score


def fit_rotation(turned: Sequence[Features]) -> dict[str, Array]:
    """Return the score for `Rotations`, from the features of pictures: upright first, then turned three times."""
    rows = np.stack([_numbers(each) for each in turned])
    mean, deviation = rows.mean(axis=(0, 1)), rows.std(axis=(0, 1)) + 1e-6
    rows = (rows - mean) / deviation
    weights, speed = np.zeros_like(mean), np.zeros_like(mean)
    upright = np.zeros(rows.shape[:2], np.float32)
    upright[0] = 1
    for _ in range(_STEPS):
        scores = rows @ weights
        chances = np.exp(scores - scores.max(axis=0))
        chances /= chances.sum(axis=0)
        slope = np.einsum("kn,knd->d", chances - upright, rows) / rows.shape[1] + _DECAY * weights
        speed = _MOMENTUM * speed - _PACE * slope
        weights = weights + speed
    return {"mean": mean.astype(np.float32), "weights": (weights / deviation).astype(np.float32)}


def _numbers(features: Features) -> Array:
    return np.concatenate([features.means, features.deviations, features.top], axis=1)
