"""What kind of picture it is: photograph, print, drawing, plan, poster, ornament, initial or text; or "don't know".

Three looks through the backbone: the whole picture, which is also what its vector is made of; what is printed or pasted
on it, without mount and caption; and a part as large as it is, where strokes, dots and grain are seen. A head trained
on heritage pictures weighs what they show, and which channels of the network go together there (see `training`). One's
own taxonomy runs here too: the file of weights says its classes and what they mean.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from ..errors import ModelError
from ..late import Late
from ..records import CHANCES, Label, Run
from ..weights import Models
from .backbone import CHANNELS, PAIRS, TOP, Backbone, Features, picture_for
from .heads import Head, Kernel
from .views import SHAPE, looks

#: The model, in the list of models.
MODEL = "genre"
_FORMAT = "estampe-head-3"
_ONE_LOOK = 2 * CHANNELS + TOP
_SHAPE = np.r_[3 * _ONE_LOOK : 3 * _ONE_LOOK + SHAPE]
_PAIRS = [np.r_[_SHAPE[-1] + 1 + look * PAIRS : _SHAPE[-1] + 1 + (look + 1) * PAIRS] for look in range(2)]
_MADE_SO = [np.r_[look * _ONE_LOOK : look * _ONE_LOOK + 2 * CHANNELS] for look in range(3)]
#: Which of the features come from the whole, with its shape, which from what is on the sheet, which from the part; and
#: which say how the picture is made, in all of these.
LOOKS = (
    np.r_[0:_ONE_LOOK, _SHAPE],
    np.r_[_ONE_LOOK : 2 * _ONE_LOOK],
    np.r_[2 * _ONE_LOOK : 3 * _ONE_LOOK],
    np.concatenate([*_MADE_SO, _SHAPE]),
)
#: Which of the features say how it is made: in all, in what is on the sheet, in the part; and which channels go
#: together in what is on the sheet, and in the part.
MADE_SO = (LOOKS[3], np.concatenate([_MADE_SO[1], _SHAPE]), _MADE_SO[2], *_PAIRS)


_STRAIGHT = ("mean", "scale", "weights", "bias")
_KERNEL = ("columns", "basis", "centres", "gains")
# What half precision would not hold.
_KEPT = {"bias": np.float32, "gains": np.float32, "columns": np.int32}


@dataclass(frozen=True, slots=True)
class Weights:
    """What a training leaves: the head over the features of all looks, and how its scores are to be read.

    ``facets`` has facet and concept for each class; a class of several facets has several. ``threshold`` is the
    confidence below which nothing is said.
    """

    name: str
    version: str
    classes: tuple[str, ...]
    facets: Mapping[str, Mapping[str, str]]
    head: Head
    temperature: float
    threshold: float

    def probabilities(self, features: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Return how likely each class is, calibrated, one row a picture."""
        logits = self.head(features).astype(np.float64) / self.temperature
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))

    def best(self, likely: npt.NDArray[np.float64], slack: float = 0.0) -> int | None:
        """Return the place of the likeliest class; None where it is less likely than the threshold less ``slack``."""
        place = int(likely.argmax())
        return place if likely[place] >= self.threshold - slack else None

    def save(self, path: Path) -> None:
        """Write them: numbers of half precision where that is exact enough, and a description in JSON."""
        told = {
            "format": _FORMAT,
            "name": self.name,
            "version": self.version,
            "classes": list(self.classes),
            "facets": {name: dict(meaning) for name, meaning in self.facets.items()},
            "temperature": self.temperature,
            "threshold": self.threshold,
            "widths": [kernel.width for kernel in self.head.kernels],
        }
        numbers = {name: getattr(self.head, name) for name in _STRAIGHT}
        for place, kernel in enumerate(self.head.kernels):
            numbers |= {f"{name}{place}": getattr(kernel, name) for name in _KERNEL}
        kept = {name: array.astype(_KEPT.get(name.rstrip("0123456789"), np.float16)) for name, array in numbers.items()}
        with path.open("wb") as stream:
            np.savez_compressed(stream, allow_pickle=False, told=np.array(json.dumps(told)), **kept)

    @classmethod
    def load(cls, path: Path) -> Weights:
        """Read them. Raises ModelError for what is no head of ours."""
        try:
            with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as file:
                told: dict[str, Any] = json.loads(str(file["told"]))
                if told.pop("format") != _FORMAT:
                    raise ValueError("it is of another format")
                mean, scale, weights, bias = (file[name].astype(np.float32) for name in _STRAIGHT)
                kernels = [_kernel(file, place, float(width)) for place, width in enumerate(told.pop("widths"))]
            told["classes"] = tuple(told["classes"])
            told_apart = {weights.shape[1], len(bias), *(kernel.gains.shape[1] for kernel in kernels)}
            if told_apart != {len(told["classes"])} or not len(weights) == len(mean) == len(scale):
                raise ValueError("its numbers do not fit its classes")
            return cls(**told, head=Head(mean, scale, weights, bias, tuple(kernels)))
        except (OSError, ValueError, KeyError, TypeError, IndexError, EOFError, zipfile.BadZipFile) as error:
            raise ModelError(path.name, f"it is no head that training wrote: {error}", "train it again") from error


def _kernel(file: Mapping[str, npt.NDArray[Any]], place: int, width: float) -> Kernel:
    columns = file[f"columns{place}"].astype(np.int64)
    basis, centres, gains = (file[f"{name}{place}"].astype(np.float32) for name in _KERNEL[1:])
    if len(columns) != len(basis) or basis.shape[1] != centres.shape[1] or len(centres) != len(gains):
        raise ValueError("its kernels do not fit")
    return Kernel(columns, basis, centres, width, gains)


def described(
    backbone: Backbone, pictures: Sequence[Image.Image], whole: Features | None = None
) -> tuple[npt.NDArray[np.float32], Features]:
    """Return the features that heads are trained on, one row a picture, and what the backbone said of whole pictures.

    ``whole`` is the latter where it was asked before.
    """
    if whole is None:
        whole = backbone([picture_for(picture) for picture in pictures])
    seen = [looks(picture) for picture in pictures]
    close, pairs = backbone.together([*(each.sheet for each in seen), *(each.part for each in seen)])
    sheet, part = close[: len(seen)], close[len(seen) :]
    parts = [each for look in (whole, sheet, part) for each in (look.means, look.deviations, look.top)]
    shapes = np.stack([each.shape for each in seen])
    pairs_of = pairs[: len(seen)], pairs[len(seen) :]
    return np.concatenate([*parts, shapes, *pairs_of], axis=1).astype(np.float32), whole


class Genre:
    """Labels pictures by a trained head. Safe between threads; the weights are read when it first sees a picture.

    Args:
        models: where the weights are.
        backbone: shared with what else looks at pictures.
        model: the head, in the list of models.

    """

    def __init__(self, models: Models, backbone: Backbone, model: str = MODEL) -> None:
        self._backbone = backbone
        self._weights = Late(lambda: Weights.load(models.file(model)))
        self._runs: Mapping[str, Run] = {}

    @property
    def weights(self) -> Weights:
        """The head. Raises ModelError."""
        return self._weights()

    def runs(self) -> Mapping[str, Run]:
        """Return the run of each facet that it speaks about, and that of its chances."""
        if self._runs:
            return self._runs
        weights = self.weights
        facets = sorted({facet for meaning in weights.facets.values() for facet in meaning})
        name = weights.name
        config = {"model": f"{name}@{weights.version}"}
        more = {facet: {"threshold": f"{weights.threshold:.3f}"} for facet in facets}
        more[CHANCES] = {"size": str(len(weights.classes)), "classes": ", ".join(weights.classes)}
        self._runs = {
            facet: Run(f"{name}.{facet}@{weights.version}", f"{name}.{facet}", weights.version, facet, config | own)
            for facet, own in more.items()
        }
        return self._runs

    def told(self, likely: npt.NDArray[np.float64], slack: float = 0.0) -> list[Label]:
        """Return the labels of the likeliest class, in all its facets; none where it is not likely enough.

        Up to ``slack`` may be lacking: what is kept of how likely something is, is rounded.
        """
        best = self.weights.best(likely, slack)
        return [] if best is None else self._labels(best, likely)

    def chances(self, likely: npt.NDArray[np.float64]) -> list[Label]:
        """Return the labels of all classes, the likeliest first, however unlikely they are."""
        order = map(int, np.argsort(-likely, kind="stable"))
        return [label for place in order for label in self._labels(place, likely)]

    def _labels(self, place: int, likely: npt.NDArray[np.float64]) -> list[Label]:
        weights, runs = self.weights, self.runs()
        meaning = weights.facets[weights.classes[place]]
        return [Label(concept, facet, float(likely[place]), runs[facet].id) for facet, concept in meaning.items()]

    def probabilities(self, pictures: Sequence[Image.Image], whole: Features | None = None) -> npt.NDArray[np.float64]:
        """Return how likely each class is; ``whole`` is what the backbone said of whole pictures, if asked."""
        if not len(pictures):
            return np.zeros((0, len(self.weights.classes)))
        return self.weights.probabilities(described(self._backbone, pictures, whole)[0])

    def __call__(self, pictures: Sequence[Image.Image], whole: Features | None = None) -> list[list[Label]]:
        """Return each picture's labels, the likeliest class in all its facets; none where it does not know."""
        return [self.told(row) for row in self.probabilities(pictures, whole)]
