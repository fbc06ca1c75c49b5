"""Everything that models say of pictures, each picture looked at by the backbone once for all that share it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

from ..errors import ModelError
from ..records import CHANCES, Detection, Label, Run
from ..weights import Models
from . import backbone, faces, genre, rotation, ssd, subjects, towers, vectors, words
from .asking import Asking
from .backbone import Backbone, Features, picture_for
from .genre import Genre
from .own import OWN, Classifier, classifiers
from .reproductions import Reproductions, outline
from .reproductions.vectors import MODEL as COPIES
from .rotation import RELIABLE, ROTATION_RUN, Rotations, rotation_labels
from .subjects import Subjects
from .things import OBJECT_RUN, PERSON_RUN, Things, named
from .together import heard, roots, seen_shares
from .vectors import VISUAL_RUN, Joint, Looks, open_joint

#: What can be asked of pictures, and the models that it takes: it is left out where one of these is missing.
PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "genre": (backbone.MODEL, genre.MODEL),
    "objects": (backbone.MODEL, ssd.MODEL, faces.MODEL),
    "rotation": (backbone.MODEL, rotation.MODEL),
    "likeness": (backbone.MODEL, vectors.LOOKS),
    "words": (backbone.MODEL, vectors.NAMES, words.MODEL),
    "subject": (backbone.MODEL, subjects.MODEL),
    "copies": (backbone.MODEL, COPIES),
    OWN: (backbone.MODEL,),
}
#: What the joint vector takes where the operator has named towers of his own.
_TOWERS: Final = (backbone.MODEL, towers.IMAGE, towers.TEXT, towers.TOKENIZER)


@dataclass(slots=True)
class Described:
    """What is said of a picture: boxes in its own pixels, vectors by the run that made them.

    ``chances`` are all kinds of pictures that genre knows, the likeliest first, also where none is likely enough to be
    a label. ``failed`` says which parts failed on it, and why: nothing is known of what they would have said.
    ``outline`` is what it is compared with others by (see `reproductions.outlines`), where copies are asked.
    """

    labels: list[Label] = field(default_factory=list)
    detections: list[Detection] = field(default_factory=list)
    vectors: dict[str, npt.NDArray[np.float16]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    chances: list[Label] = field(default_factory=list)
    outline: Image.Image | None = None


#: Adds what a part says to what is said of a picture.
_Adding: TypeAlias = Callable[[Described], object]
#: Asks of pictures of a sitting, by their places.
_Ask: TypeAlias = Callable[["_Sitting", Sequence[int]], Sequence[_Adding]]


@dataclass(frozen=True, slots=True)
class _Sitting:
    """Pictures that are looked at together, what is known of them, and what has been said so far.

    ``anew`` is whether genre is asked; ``whole`` is what the backbone made of each, a row each, by place: where that
    failed it is missing. ``features`` are those that heads are trained on, as far as one has asked for them, by place.
    """

    pictures: Sequence[Image.Image]
    known: Sequence[Sequence[Label]]
    described: Sequence[Described]
    anew: bool
    whole: Mapping[int, Features]
    features: dict[int, npt.NDArray[np.float32]] = field(default_factory=dict)

    def shown(self, places: Sequence[int]) -> list[Image.Image]:
        return [self.pictures[place] for place in places]

    def seen(self, places: Sequence[int]) -> Features:
        return Features.joined([self.whole[place] for place in places])

    def said(self, places: Sequence[int]) -> list[list[Label]]:
        """Return what is said of pictures by now; what was known before counts where genre says nothing anew."""
        return [
            [
                *(() if self.anew and "genre" not in self.described[place].failed else self.known[place]),
                *self.described[place].labels,
            ]
            for place in places
        ]


class Describer:
    """Says what pictures are. The models are read when they are first needed.

    A model that fails costs its own word on the pictures that it fails on, and nothing else (see `Described`).

    Args:
        models: where the weights are.
        without: names of `PARTS` that are not asked.

    Attributes:
        troubles: why parts are left out that were wanted, by their names.

    """

    def __init__(self, models: Models, without: Collection[str] = ()) -> None:
        self.troubles: dict[str, ModelError] = {}
        self._backbone = Backbone(models)
        self._genre, self._things = Genre(models, self._backbone), Things(models)
        self._looks, self._rotations = Looks(models), Rotations(models, self._backbone)
        self._subjects = Subjects(models)
        self._joint: Joint | None = None
        self._copies: Reproductions | None = None
        self._own: list[Classifier] = []
        self._asked = [part for part in PARTS if part not in without and self._is_there(models, part)]
        self._whole = Asking("what pictures have in them", (backbone.MODEL,))
        self._askings: dict[str, list[tuple[Asking, _Ask]]] = {
            part: [(Asking(part, PARTS[part]), partial(self._ask, part))] for part in self._asked
        }
        if OWN in self._askings:
            self._askings[OWN] = [(Asking(OWN, (one.name,)), partial(self._tell, one)) for one in self._own]

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs of all parts that are asked."""
        return tuple(run for part in self._asked for run in self.runs_of(part))

    @property
    def genre(self) -> Genre | None:
        """Who says what kinds of pictures they are, where that is asked."""
        return self._genre if "genre" in self._asked else None

    def runs_of(self, part: str) -> tuple[Run, ...]:
        """Return the runs of a part."""
        if part == "genre":
            return tuple(self._genre.runs().values())
        if part == "objects":
            return (OBJECT_RUN, PERSON_RUN)
        if part == "rotation":
            return (ROTATION_RUN,)
        if part == "likeness":
            return (VISUAL_RUN,)
        if part == "subject":
            return (self._subjects.run,)
        if part == OWN:
            return tuple(one.run for one in self._own)
        of = self._joint if part == "words" else self._copies
        return (of.run,) if of else ()

    def __call__(
        self, pictures: Sequence[Image.Image], known: Sequence[Sequence[Label]] | None = None
    ) -> list[Described]:
        """Return what is said of pictures.

        Args:
            pictures: of any size; some 500 to 1,000 pixels are best.
            known: the labels that each has already: where genre is not asked, these say what is a photograph.

        """
        described = [Described() for _ in pictures]
        if not (pictures and self._asked):
            return described
        before = known if known is not None else [()] * len(pictures)
        seeing = range(len(pictures)) if {*self._asked} - {"copies"} else ()
        answers = self._whole(lambda places: self._rows([pictures[place] for place in places]), seeing)
        sitting = _Sitting(pictures, before, described, "genre" in self._asked, answers.said)
        for part in self._asked:
            places = list(range(len(pictures)))
            if part != "copies":
                places = [place for place in places if place in sitting.whole]
                for place, cause in answers.failed.items():
                    described[place].failed[part] = cause
            for asking, ask in self._askings[part]:
                asked = asking(partial(ask, sitting), places)
                for place, add in asked.said.items():
                    add(described[place])
                for place, cause in asked.failed.items():
                    described[place].failed[part] = cause
        return described

    def _rows(self, pictures: Sequence[Image.Image]) -> list[Features]:
        whole = self._backbone([picture_for(picture) for picture in pictures])
        return [whole[place : place + 1] for place in range(len(pictures))]

    def _ask(self, part: str, sitting: _Sitting, places: Sequence[int]) -> list[_Adding]:
        """Ask a part of pictures, and return what is to be added to what is said of each."""
        if part == "genre":
            return self._kinds(sitting, places)
        if part == "objects":
            return self._point(sitting, places)
        if part == "rotation":
            return self._turn(sitting, places)
        if part == "likeness":
            return _vectors(VISUAL_RUN, self._looks(sitting.seen(places)))
        if part == "words" and self._joint:
            rows = self._joint.pictures(sitting.shown(places), sitting.seen(places), sitting.said(places))
            return _vectors(self._joint.run, rows)
        if part == "subject":
            return [_kinds(labels, []) for labels in self._subjects(self._features(sitting, places))]
        if self._copies is None:
            raise AssertionError(f"{part} is asked, and nothing is there to ask")
        outlines = [outline(picture) for picture in sitting.shown(places)]
        return _outlined(outlines, _vectors(self._copies.run, self._copies.of(outlines)))

    def _tell(self, classifier: Classifier, sitting: _Sitting, places: Sequence[int]) -> list[_Adding]:
        """Ask a classifier of one's own."""
        return [_kinds(labels, []) for labels in classifier(self._features(sitting, places))]

    def _features(self, sitting: _Sitting, places: Sequence[int]) -> npt.NDArray[np.float32]:
        """Return the features that heads are trained on, a row a picture; ours and those of one's own share them."""
        if lacking := [place for place in places if place not in sitting.features]:
            rows, _ = genre.described(self._backbone, sitting.shown(lacking), sitting.seen(lacking))
            sitting.features.update(zip(lacking, rows, strict=True))
        return np.stack([sitting.features[place] for place in places])

    def _kinds(self, sitting: _Sitting, places: Sequence[int]) -> list[_Adding]:
        """Say what kinds of pictures they are, where the detector's word is known with regard to it."""
        told, weights = self._genre, self._genre.weights
        seen = [seen_shares(sitting.known[place]) for place in places]
        rows = heard(weights.probabilities(self._features(sitting, places)), weights.classes, seen)
        kept = _vectors(told.runs()[CHANCES], roots(rows))
        return [_both(_kinds(told.told(row), told.chances(row)), one) for row, one in zip(rows, kept, strict=True)]

    def _turn(self, sitting: _Sitting, places: Sequence[int]) -> list[_Adding]:
        """Say how pictures are turned of which that can be told."""
        said = sitting.said(places)
        able = [place for place, labels in zip(places, said, strict=True) if RELIABLE & {one.concept for one in labels}]
        found = dict(zip(able, self._rotations(sitting.shown(able), sitting.seen(able)), strict=True)) if able else {}
        return [_kinds(rotation_labels(*found[place]) if place in found else [], []) for place in places]

    def _point(self, sitting: _Sitting, places: Sequence[int]) -> list[_Adding]:
        photographs = [_is_photograph(labels) for labels in sitting.said(places)]
        found = self._things(sitting.shown(places), photographs)
        whole = named(sitting.seen(places).classes)
        return [_things(*one) for one in zip(found, whole, photographs, strict=True)]

    def _is_there(self, models: Models, part: str) -> bool:
        """Say whether what a part takes is there, and can be told about; what is damaged otherwise shows later."""
        if part == OWN:
            self._own, troubles = classifiers(models)
            self.troubles |= troubles
            if not self._own:
                return False
        try:
            own_towers = part == "words" and towers.IMAGE in models
            for model in _TOWERS if own_towers else PARTS[part]:
                models.file(model)
            if part == "genre":
                self._genre.runs()
            elif part == "words":
                self._joint = open_joint(models)
            elif part == "subject":
                self._subjects.weights  # noqa: B018 - read to see whether it can be
            elif part == "copies":
                self._copies = Reproductions(models)
        except ModelError as error:
            self.troubles[part] = error
            return False
        return True


def _is_photograph(labels: Sequence[Label]) -> bool:
    """Say whether a picture is, or may be, a photograph: nothing else is known of it."""
    techniques = [label.concept for label in labels if label.facet == "technique"]
    return not techniques or "photograph" in techniques


def _kinds(labels: Sequence[Label], chances: Sequence[Label]) -> _Adding:
    def add(told: Described) -> None:
        told.labels += labels
        told.chances += chances

    return add


def _things(seen: Sequence[Detection], whole: Sequence[Label], photograph: bool) -> _Adding:
    """Add what is seen where, each concept as a label too, and what a photograph is of as a whole."""
    best: dict[tuple[str, str, str], float] = {}
    for thing in seen:
        key = (thing.concept, thing.facet, thing.run)
        best[key] = max(best.get(key, 0.0), thing.confidence)

    def add(told: Described) -> None:
        told.detections += seen
        told.labels += [Label(concept, facet, sure, run) for (concept, facet, run), sure in best.items()]
        said = {label.concept for label in told.labels}
        told.labels += [label for label in whole if photograph and label.concept not in said]

    return add


def _both(one: _Adding, other: _Adding) -> _Adding:
    def add(told: Described) -> None:
        one(told)
        other(told)

    return add


def _outlined(outlines: Sequence[Image.Image], vectors: Sequence[_Adding]) -> list[_Adding]:
    """Add an outline to each, with its vector."""

    def add(kept: Image.Image, told: Described) -> None:
        told.outline = kept

    return [_both(partial(add, kept), vector) for kept, vector in zip(outlines, vectors, strict=True)]


def _vectors(run: Run, rows: npt.NDArray[np.float16]) -> list[_Adding]:
    """Add a vector to each; what has no direction has none. Raises FloatingPointError for numbers that are none."""
    if not np.isfinite(rows).all():
        raise FloatingPointError("it gives numbers that are none")

    def add(row: npt.NDArray[np.float16], told: Described) -> None:
        if row.any():
            told.vectors[run.id] = row

    return [partial(add, row) for row in rows]
