"""By how many quarters a picture was turned: photographs were mounted, and volumes scanned, sideways.

One linear score says how upright what the backbone sees looks; a picture is scored in its four positions, and the best
wins where it is sure. Scored so, nothing has to be learnt of each position by itself. Most pictures stand upright and
look it: only those that do not are turned.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from ..records import Label, Run
from ..weights import Models
from .backbone import Backbone, Features, picture_for

#: The model, in the list of models.
MODEL = "rotation"
# From here on it is told; below, a picture is taken to stand upright.
_SURE = 0.95
# What scores so much as it is stands upright, and is not turned: 7 of 10 upright pictures do, and 1 of 25 turned ones.
_CLEARLY = 4.1
#: It is asked of these alone, by technique or function: of drawings and woodcuts it is right too seldom.
RELIABLE = frozenset({"photograph", "print", "poster"})
ROTATION_RUN = Run(
    "rotation@2",
    "rotation",
    "2",
    "rotation",
    {"model": f"{MODEL} ≥ {_SURE}", "upright": f"≥ {_CLEARLY}", "of": ", ".join(sorted(RELIABLE))},
)
_STEPS, _PACE, _MOMENTUM, _DECAY = 400, 0.02, 0.9, 0.03

Array = npt.NDArray[np.float32]


class Rotations:
    """Says how pictures were turned. It looks three times more than the backbone did at what does not look upright."""

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
        upright = (_numbers(features) - mean) @ weights
        # Alone, a score says as much as against positions that score nothing.
        found = [(0, float(1 / (1 + 3 * np.exp(-score)))) for score in upright]
        doubtful = [int(place) for place in np.flatnonzero(upright < _CLEARLY)]
        if not doubtful:
            return found
        squares = [picture_for(pictures[place]) for place in doubtful]
        turned = [
            self._backbone([np.ascontiguousarray(np.rot90(square, -quarters)) for square in squares])
            for quarters in (1, 2, 3)
        ]
        scores = np.stack([upright[doubtful], *((_numbers(each) - mean) @ weights for each in turned)])
        chances = np.exp(scores - scores.max(axis=0))
        chances /= chances.sum(axis=0)
        for column, place in enumerate(doubtful):
            best = int(chances[:, column].argmax())
            sure = float(chances[best, column])
            found[place] = (90 * best, sure) if sure >= _SURE else (0, float(chances[0, column]))
        return found

    def _loaded(self) -> tuple[Array, Array]:
        with self._loading:
            if self._score is None:
                with self._models.file(MODEL).open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
                    self._score = archive["mean"], archive["weights"]
        return self._score


def rotation_labels(degrees: int, sure: float) -> list[Label]:
    """Return what is to be said of a picture: how it is turned, or that it stands upright, where that is sure."""
    return [Label(str(degrees), "rotation", round(sure, 3), ROTATION_RUN.id)] if sure >= _SURE else []


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
