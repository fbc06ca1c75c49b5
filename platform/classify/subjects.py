"""What a picture is of: a scene, a landscape, a portrait, architecture; several of these, or none where it is unsure.

One score a subject over the features that the head of genres sees, so that no look is taken for it. Each subject is
told from a confidence of its own on, the one from which the pictures of documents that were not learnt from are right.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..errors import ModelError
from ..late import Late
from ..records import Label, Run
from ..vocabulary import vocabulary
from ..weights import Models
from .heads import Head

#: The model, in the list of models.
MODEL = "subject"
_FORMAT = "estampe-subjects-1"
_STRAIGHT = ("mean", "scale", "weights", "bias")
# What half precision would not hold.
_KEPT = {"bias": np.float32}


def chance(odds: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Return how likely something is, from its log-odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(odds.astype(np.float64), -30, 30))))


@dataclass(frozen=True, slots=True)
class Weights:
    """What a training leaves: the head, whose scores are log-odds, and from which confidence on each subject is told.

    ``subjects`` are ids of concepts; what a cartoon is for is among them.
    """

    version: str
    subjects: tuple[str, ...]
    head: Head
    thresholds: npt.NDArray[np.float64]

    def probabilities(self, features: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Return how likely each subject is, calibrated, one row a picture."""
        return chance(self.head(features))

    def save(self, path: Path) -> None:
        """Write them as `load` reads them."""
        numbers = {name: getattr(self.head, name).astype(_KEPT.get(name, np.float16)) for name in _STRAIGHT}
        told = {"format": np.array(_FORMAT), "version": np.array(self.version), "subjects": np.array(self.subjects)}
        with path.open("wb") as stream:
            np.savez_compressed(stream, allow_pickle=False, thresholds=self.thresholds, **told, **numbers)

    @classmethod
    def load(cls, path: Path) -> Weights:
        """Read them. Raises ModelError for what is no such file, or knows what is no concept."""
        try:
            with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as file:
                if str(file["format"]) != _FORMAT:
                    raise ValueError("it is of another format")
                mean, scale, weights, bias = (file[name].astype(np.float32) for name in _STRAIGHT)
                subjects, thresholds = tuple(str(name) for name in file["subjects"]), file["thresholds"]
                version = str(file["version"])
            if {weights.shape[1], len(bias), len(thresholds)} != {len(subjects)} or len(weights) != len(mean):
                raise ValueError("its numbers do not fit its subjects")
            if strange := [name for name in subjects if vocabulary().concept(name) is None]:
                raise ValueError(f"it tells {strange[0]!r}, which is no concept")
            return cls(version, subjects, Head(mean, scale, weights, bias), thresholds)
        except (OSError, ValueError, KeyError, TypeError, IndexError, EOFError, zipfile.BadZipFile) as error:
            raise ModelError(
                path.name, f"it is no head that training wrote: {error}", "get the file that the list names"
            ) from error


class Subjects:
    """Says what pictures are of. Safe between threads; the weights are read when they are first needed."""

    def __init__(self, models: Models) -> None:
        self._weights = Late(lambda: Weights.load(models.file(MODEL)))

    @property
    def weights(self) -> Weights:
        """The head. Raises ModelError."""
        return self._weights()

    @property
    def run(self) -> Run:
        """The run of all that it says. Raises ModelError."""
        weights = self.weights
        told = [f"{name} ≥ {least:.3f}" for name, least in zip(weights.subjects, weights.thresholds, strict=True)]
        config = {"model": f"{MODEL}@{weights.version}", "told": ", ".join(told)}
        return Run(f"{MODEL}@{weights.version}", MODEL, weights.version, "subject", config)

    def __call__(self, features: npt.NDArray[np.float32]) -> list[list[Label]]:
        """Return each picture's labels, from the features of all looks (`genre.described`), the surest first."""
        run = self.run.id
        return [self._told(row, run) for row in self.weights.probabilities(features)]

    def _told(self, likely: npt.NDArray[np.float64], run: str) -> list[Label]:
        weights = self.weights
        sure = {
            name: float(share)
            for name, share, least in zip(weights.subjects, likely, weights.thresholds, strict=True)
            if share >= least
        }
        # A townscape is a landscape: that goes without saying.
        general = {parent.id for name in sure for parent in vocabulary().ancestors(name)}
        kept = sorted(sure.keys() - general, key=lambda name: (-sure[name], name))
        facets = {name: concept.facet for name in kept if (concept := vocabulary().concept(name))}
        return [Label(name, facets[name], sure[name], run) for name in kept]
