"""Vectors of pictures: what looks like them, and where they stand among words.

The visual vector is what the backbone makes of the whole picture (content and manner alike), projected by its principal
components. The joint vector is ConSE's (Mohammad Norouzi et al., https://arxiv.org/abs/1312.5650): a picture stands
where the names of the classes stand that it is taken for, each as far as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
from PIL import Image

from ..errors import FormatError
from ..late import Late
from ..records import JOINT, VISUAL, Label, Run
from ..vocabulary import LANGUAGES, vocabulary
from ..weights import Models
from . import words
from .backbone import Features

Array = npt.NDArray[np.float32]

#: The models, in the list of models.
LOOKS, NAMES = "looks-256", "imagenet-names-e5"
SIZE = 256
VISUAL_RUN = Run("looks@1", "looks", "1", VISUAL, {"size": str(SIZE), "from": "efficientnet-lite2"})
JOINT_RUN = Run("joint@1", "joint", "1", JOINT, {"size": str(words.SIZE), "from": "efficientnet-lite2, " + words.MODEL})
# So many of the likeliest classes say where a picture stands; and what labels say weighs as all of these together.
_LIKELIEST = 10
# Half-way between no whitening (the strongest components rule) and all of it (noise counts as much).
_WHITENING = 0.5
_NOTHING = 1e-9


class Looks:
    """The visual vector of pictures, for "looks like"; its projection is read at the first."""

    run = VISUAL_RUN

    def __init__(self, models: Models) -> None:
        self._arrays = Late(lambda: _arrays(models, LOOKS))

    def __call__(self, features: Features) -> npt.NDArray[np.float16]:
        """Return a row of length 1 for each picture, from what the backbone makes of it whole. Raises ModelError."""
        arrays = self._arrays()
        projected = np.asarray((_appearance(features) - arrays["offset"]) @ arrays["matrix"], np.float32)
        return unit(projected).astype(np.float16)


def fit_looks(features: Features) -> dict[str, npt.NDArray[np.generic]]:
    """Return the projection for `Looks`, from the features of many pictures of all kinds."""
    rows = _appearance(features)
    mean, deviation = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    # Content and manner weigh the same, whatever the numbers that each has.
    manner = features.means.shape[1] + features.deviations.shape[1]
    scale = 1 / deviation / np.sqrt(np.where(np.arange(rows.shape[1]) < manner, manner, rows.shape[1] - manner))
    _, strengths, components = np.linalg.svd((rows - mean) * scale, full_matrices=False)
    matrix = (components[:SIZE] * scale).T / (strengths[:SIZE] / np.sqrt(len(rows))) ** _WHITENING
    return {"offset": mean.astype(np.float32), "matrix": matrix.astype(np.float16)}


class Joint(Protocol):
    """A space that pictures and words have vectors in."""

    @property
    def run(self) -> Run:
        """Who makes the vectors."""

    def pictures(
        self, pictures: Sequence[Image.Image], features: Features, labels: Sequence[Sequence[Label]]
    ) -> npt.NDArray[np.float16]:
        """Return a row of length 1 for each picture, given what is known of it."""

    def texts(self, texts: Sequence[str]) -> npt.NDArray[np.float16]:
        """Return a row of length 1 for each text."""


class Conse:
    """The joint space of ImageNet's class names and our concepts among words."""

    run = JOINT_RUN

    def __init__(self, models: Models) -> None:
        self._words = words.Words(models)
        self._names = Late(lambda: _arrays(models, NAMES)["names"])
        self._concepts: dict[str, Array] = {}

    def pictures(
        self,
        pictures: Sequence[Image.Image],  # noqa: ARG002 - other spaces are made of these
        features: Features,
        labels: Sequence[Sequence[Label]],
    ) -> npt.NDArray[np.float16]:
        """Return a row for each picture, from its classes and its labels. Raises ModelError."""
        names = self._names()
        likely = np.zeros_like(features.classes)
        best = np.argsort(-features.classes, axis=1)[:, :_LIKELIEST]
        np.put_along_axis(likely, best, np.take_along_axis(features.classes, best, axis=1), axis=1)
        places = likely / np.maximum(likely.sum(axis=1, keepdims=True), _NOTHING) @ (names - names.mean(axis=0))
        for row, said in zip(places, labels, strict=True):
            known = [label for label in said if vocabulary().concept(label.concept)]
            if weight := sum(label.confidence for label in known):
                row += sum(label.confidence * self._concept(label.concept) for label in known) / weight
        return unit(places).astype(np.float16)

    def texts(self, texts: Sequence[str]) -> npt.NDArray[np.float16]:
        """Return a row for each text. Raises ModelError."""
        return unit(self._words(texts) - self._names().mean(axis=0)).astype(np.float16)

    def _concept(self, name: str) -> Array:
        """Return where a concept stands: amid its names in all languages."""
        if name not in self._concepts:
            concept = vocabulary().concept(name)
            said = [concept.name(language) for language in LANGUAGES] if concept else [name]
            self._concepts[name] = self._words(said).mean(axis=0) - self._names().mean(axis=0)
        return self._concepts[name]


def name_vectors(labels: Sequence[str], embed: words.Words) -> dict[str, npt.NDArray[np.generic]]:
    """Return what `Conse` keeps of ImageNet's classes, from their names, synonyms with commas between them."""
    return {"names": np.stack([embed(label.split(", ")).mean(axis=0) for label in labels]).astype(np.float16)}


def open_joint(models: Models) -> Joint:
    """Return the joint space: that of the operator's own towers where the list of models has them, else ours."""
    from .towers import IMAGE, Towers

    return Towers(models) if IMAGE in models else Conse(models)


def unit(rows: Array) -> Array:
    """Return rows of length 1; what is nothing stays nothing."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, _NOTHING), np.float32)


def _appearance(features: Features) -> Array:
    """Return manner (means and deviations), then content."""
    return np.concatenate([features.means, features.deviations, features.top], axis=1)


def _arrays(models: Models, name: str) -> dict[str, Array]:
    path = models.file(name)
    try:
        # NumPy leaves a file open that it cannot read, so it is opened here.
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            return {key: np.asarray(archive[key], np.float32) for key in archive.files}
    except (OSError, ValueError, BadZipFile) as error:
        raise FormatError(
            str(path), f"it is no archive of NumPy: {error}", "get the file that the list names"
        ) from error
