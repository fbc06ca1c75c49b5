"""Classifiers of one's own in the list of models: each says beside ours what it was trained to tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from ..errors import ModelError
from ..records import Label, Run
from ..weights import Entry, Models
from .genre import Weights

#: What the look is called.
OWN: Final = "own"
#: What an entry of the list of models says in its ``config`` to be one: ``task = "classifier"``. With ``facet`` all its
#: classes are of this facet, whatever its training said that they mean.
_TASK: Final = "classifier"


class Classifier:
    """A head that somebody trained, read when it is made. Raises ModelError.

    Attributes:
        name: of the model, in the list of models.
        run: the run of all that it says. Its facet is its own, so that it stands beside all others.

    """

    def __init__(self, models: Models, entry: Entry) -> None:
        self._weights = Weights.load(models.file(entry.name))
        facet = str(entry.config.get("facet", ""))
        self._facets = {
            name: {facet: meaning.get(facet, name)} if facet else meaning
            for name, meaning in self._weights.facets.items()
        }
        self.name = entry.name
        config = {"classes": ", ".join(self._weights.classes), "threshold": f"{self._weights.threshold:.3f}"}
        self.run = Run(f"{entry.name}@{entry.version}", entry.name, entry.version, f"{OWN}.{entry.name}", config)

    def __call__(self, features: npt.NDArray[np.float32]) -> list[list[Label]]:
        """Return each picture's labels, from the features of all looks (`genre.described`): none where it is unsure."""
        found = []
        for row in self._weights.probabilities(features):
            best = self._weights.best(row)
            meaning = {} if best is None else self._facets[self._weights.classes[best]]
            found.append([Label(concept, facet, float(row.max()), self.run.id) for facet, concept in meaning.items()])
        return found


def classifiers(models: Models) -> tuple[list[Classifier], Mapping[str, ModelError]]:
    """Return the classifiers of one's own that the list names, and why some cannot be asked, by their names."""
    found: list[Classifier] = []
    troubles: dict[str, ModelError] = {}
    for entry in models.entries:
        if entry.config.get("task") == _TASK:
            try:
                found.append(Classifier(models, entry))
            except ModelError as error:
                troubles[entry.name] = error
    return found, troubles
