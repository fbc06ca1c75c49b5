"""Everything that models say of pictures, each picture looked at by the backbone once for all that share it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from ..errors import ModelError
from ..records import Detection, Label, Run
from ..weights import Models
from . import backbone, faces, genre, ssd, towers, vectors, words
from .backbone import Backbone, Features, picture_for
from .genre import Genre
from .reproductions import Reproductions
from .reproductions.vectors import MODEL as COPIES
from .things import OBJECT_RUN, PERSON_RUN, Things, named
from .vectors import VISUAL_RUN, Looks, open_joint

#: What can be asked of pictures, and the models that it takes: it is left out where one of these is missing.
PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "genre": (backbone.MODEL, genre.MODEL),
    "objects": (backbone.MODEL, ssd.MODEL, faces.MODEL),
    "likeness": (backbone.MODEL, vectors.LOOKS),
    "words": (backbone.MODEL, vectors.NAMES, words.MODEL),
    "copies": (backbone.MODEL, COPIES),
}
#: What the joint vector takes where the operator has named towers of his own.
_TOWERS: Final = (backbone.MODEL, towers.IMAGE, towers.TEXT, towers.TOKENIZER)


@dataclass(slots=True)
class Described:
    """What is said of a picture: boxes in its own pixels, vectors by the run that made them."""

    labels: list[Label] = field(default_factory=list)
    detections: list[Detection] = field(default_factory=list)
    vectors: dict[str, npt.NDArray[np.float16]] = field(default_factory=dict)


class Describer:
    """Says what pictures are. The models are read when they are first needed.

    Args:
        models: where the weights are.
        without: names of `PARTS` that are not asked.

    Attributes:
        troubles: why parts are left out that were wanted, by their names.

    """

    def __init__(self, models: Models, without: Collection[str] = ()) -> None:
        self.troubles: dict[str, ModelError] = {}
        self._asked = [part for part in PARTS if part not in without and self._is_there(models, part)]
        self._backbone = Backbone(models)
        self._genre, self._things = Genre(models, self._backbone), Things(models)
        self._looks = Looks(models)
        self._joint = open_joint(models) if "words" in self._asked else None
        self._copies = Reproductions(models) if "copies" in self._asked else None

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs of all parts that are asked."""
        of: Mapping[str, Callable[[], Sequence[Run]]] = {
            "genre": lambda: tuple(self._genre.runs().values()),
            "objects": lambda: (OBJECT_RUN, PERSON_RUN),
            "likeness": lambda: (VISUAL_RUN,),
            "words": lambda: (self._joint.run,) if self._joint else (),
            "copies": lambda: (self._copies.run,) if self._copies else (),
        }
        return tuple(run for part in self._asked for run in of[part]())

    def __call__(
        self, pictures: Sequence[Image.Image], known: Sequence[Sequence[Label]] | None = None
    ) -> list[Described]:
        """Return what is said of pictures.

        Args:
            pictures: of any size; some 500 to 1,000 pixels are best.
            known: the labels that each has already: where genre is not asked, these say what is a photograph.

        Raises:
            ModelError: a model cannot be read.

        """
        described = [Described() for _ in pictures]
        before = known if known is not None and "genre" not in self._asked else [()] * len(pictures)
        if not (pictures and self._asked):
            return described
        whole = self._backbone([picture_for(picture) for picture in pictures])
        if "genre" in self._asked:
            for one, labels in zip(described, self._genre(pictures, whole), strict=True):
                one.labels += labels
        if "objects" in self._asked:
            self._point(pictures, whole, described, before)
        if "likeness" in self._asked:
            _add(described, VISUAL_RUN, self._looks(whole))
        if self._joint:
            said = [[*of, *one.labels] for of, one in zip(before, described, strict=True)]
            _add(described, self._joint.run, self._joint.pictures(pictures, whole, said))
        if self._copies:
            _add(described, self._copies.run, self._copies(pictures))
        return described

    def _point(
        self,
        pictures: Sequence[Image.Image],
        whole: Features,
        described: Sequence[Described],
        before: Sequence[Sequence[Label]],
    ) -> None:
        photographs = [_is_photograph([*of, *one.labels]) for of, one in zip(before, described, strict=True)]
        for one, seen in zip(described, self._things(pictures, photographs), strict=True):
            one.detections += seen
            best: dict[tuple[str, str, str], float] = {}
            for thing in seen:
                key = (thing.concept, thing.facet, thing.run)
                best[key] = max(best.get(key, 0.0), thing.confidence)
            one.labels += [Label(concept, facet, sure, run) for (concept, facet, run), sure in best.items()]
        for one, labels, photograph in zip(described, named(whole.classes), photographs, strict=True):
            said = {label.concept for label in one.labels}
            one.labels += [label for label in labels if photograph and label.concept not in said]

    def _is_there(self, models: Models, part: str) -> bool:
        try:
            own_towers = part == "words" and towers.IMAGE in models
            for model in _TOWERS if own_towers else PARTS[part]:
                models.file(model)
        except ModelError as error:
            self.troubles[part] = error
            return False
        return True


def _is_photograph(labels: Sequence[Label]) -> bool:
    """Say whether a picture is, or may be, a photograph: nothing else is known of it."""
    techniques = [label.concept for label in labels if label.facet == "technique"]
    return not techniques or "photograph" in techniques


def _add(described: Sequence[Described], run: Run, rows: npt.NDArray[np.float16]) -> None:
    for one, row in zip(described, rows, strict=True):
        one.vectors[run.id] = row
