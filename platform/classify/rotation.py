"""By how many quarters a picture was turned: photographs were mounted, and volumes scanned, sideways.

One linear score says how upright what the backbone sees looks; a picture is scored in its four positions, and the best
wins where it is sure. Scored so, nothing has to be learnt of each position by itself. The score is learnt to tell the
upright position from the three others of the same picture, and what stands upright from what does not whatever the
picture: most pictures stand upright and look it, and only those that do not are turned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from ..late import Late
from ..records import Label, Run
from ..weights import Models
from .backbone import Backbone, Features, picture_for

#: The model, in the list of models.
MODEL = "rotation"
# From here on it is told; below, a picture is taken to stand upright.
_SURE = 0.95
# What is so surely upright as it is, is not turned; `tests.classify.measure_rotation` says how many are, and how many
# turned ones would be.
_CLEARLY = 0.9
#: It is asked of these alone, by technique or function: of drawings it is right too seldom.
RELIABLE = frozenset({"photograph", "print", "poster"})
ROTATION_RUN = Run(
    "rotation@3",
    "rotation",
    "3",
    "rotation",
    {"model": f"{MODEL} ≥ {_SURE}", "upright": f"≥ {_CLEARLY}", "of": ", ".join(sorted(RELIABLE))},
)
_STEPS, _PACE, _MOMENTUM, _DECAY = 400, 0.02, 0.9, 0.03

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Score:
    """How upright pictures look: the logarithm of the odds that they stand upright."""

    mean: Array
    weights: Array
    bias: float

    def __call__(self, features: Features) -> Array:
        """Return one number a picture."""
        return np.asarray((_numbers(features) - self.mean) @ self.weights + self.bias, np.float32)

    @classmethod
    def read(cls, file: Path) -> Score:
        """Read what `save` wrote."""
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            return cls(archive["mean"], archive["weights"], float(archive["bias"]))

    def save(self, file: Path) -> None:
        """Write it as `read` reads it."""
        with file.open("wb") as stream:
            np.savez(stream, allow_pickle=False, mean=self.mean, weights=self.weights, bias=np.float32(self.bias))


class Rotations:
    """Says how pictures were turned. It looks three times more than the backbone did at what does not look upright."""

    run = ROTATION_RUN

    def __init__(self, models: Models, backbone: Backbone) -> None:
        self._backbone = backbone
        self._score = Late(lambda: Score.read(models.file(MODEL)))

    def __call__(self, pictures: Sequence[Image.Image], features: Features) -> list[tuple[int, float]]:
        """Return by how many degrees clockwise each must be turned to stand upright (0, 90, 180, 270), and how sure.

        ``features`` are the backbone's of the pictures as they are. Raises ModelError.
        """
        score = self._score()
        upright = score(features)
        found = [(0, float(sure)) for sure in _chance(upright)]
        doubtful = [place for place, (_, sure) in enumerate(found) if sure < _CLEARLY]
        if not doubtful:
            return found
        squares = [picture_for(pictures[place]) for place in doubtful]
        turned = [
            self._backbone([np.ascontiguousarray(np.rot90(square, -quarters)) for square in squares])
            for quarters in (1, 2, 3)
        ]
        scores = np.stack([upright[doubtful], *map(score, turned)])
        chances = np.exp(scores - scores.max(axis=0))
        chances /= chances.sum(axis=0)
        for column, place in enumerate(doubtful):
            best = int(chances[:, column].argmax())
            sure = float(chances[best, column])
            found[place] = (90 * best, sure) if sure >= _SURE else (0, float(chances[0, column]))
        return found


def rotation_labels(degrees: int, sure: float) -> list[Label]:
    """Return what is to be said of a picture: how it is turned, or that it stands upright, where that is sure."""
    return [Label(str(degrees), "rotation", round(sure, 3), ROTATION_RUN.id)] if sure >= _SURE else []


def fit_rotation(turned: Sequence[Features]) -> Score:
    """Return the score for `Rotations`, from the features of pictures: upright first, then turned three times.

    Two losses are added: that of the upright position among the four of a picture, and that of each position by itself.
    """
    rows = np.stack([_numbers(each) for each in turned])
    mean, deviation = rows.mean(axis=(0, 1)), rows.std(axis=(0, 1)) + np.float32(1e-6)
    rows = (rows - mean) / deviation
    positions, pictures, length = rows.shape
    flat = rows.reshape(-1, length)
    truth = np.zeros((positions, pictures), np.float32)
    truth[0] = 1
    weights, speed = np.zeros(length, np.float32), np.zeros(length, np.float32)
    bias, drift = np.float32(-1), np.float32(0)
    for _ in range(_STEPS):
        scores = (flat @ weights).reshape(truth.shape)
        among = np.exp(scores - scores.max(axis=0))
        apart = _chance(scores + bias) - truth
        wrong = (among / among.sum(axis=0) - truth + apart) / 2
        speed = _MOMENTUM * speed - _PACE * (wrong.ravel() @ flat / pictures + _DECAY * weights)
        drift = _MOMENTUM * drift - _PACE * apart.mean()
        weights, bias = weights + speed, bias + drift
    return Score(mean, np.asarray(weights / deviation, np.float32), float(bias))


def _chance(scores: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -80, 80))), np.float32)


def _numbers(features: Features) -> Array:
    return np.concatenate([features.means, features.deviations, features.top], axis=1)
