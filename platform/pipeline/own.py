"""Detectors of one's own in the list of models: each looks in pictures for what it was trained to find."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PIL import Image

from ..classify import Asking, Described
from ..errors import ModelError
from ..records import Box, Detection, Label, Run
from ..segmentation import Detector, Seen
from ..weights import Models

#: What the look is called.
OWN: Final = "own"
#: What an entry of the list of models says in its ``config`` to be one: ``task = "detector"``. ``facet`` is what its
#: classes are, as they stand in the search: object where it says nothing.
_TASK: Final = "detector"
_FACET: Final = "object"


class Own:
    """Asks the detectors of one's own. One that fails costs its own word on the pictures that it fails on.

    Attributes:
        troubles: why some cannot be asked, by their names.

    """

    def __init__(self, models: Models) -> None:
        self._detectors: dict[str, Detector] = {}
        self._askings: dict[str, Asking] = {}
        self.troubles: dict[str, ModelError] = {}
        for entry in models.entries:
            if entry.config.get("task") != _TASK:
                continue
            try:
                models.file(entry.name)
            except ModelError as error:
                self.troubles[entry.name] = error
                continue
            self._detectors[entry.name] = Detector(models, entry.name, facet=entry.config.get("facet", _FACET))
            self._askings[entry.name] = Asking(OWN, (entry.name,))

    @property
    def runs(self) -> tuple[Run, ...]:
        """Their runs."""
        return tuple(detector.run for detector in self._detectors.values())

    def __call__(self, pictures: Sequence[Image.Image], described: Sequence[Described]) -> None:
        """Add to what is said of pictures what is seen in them; boxes in their own pixels."""
        for name, detector in self._detectors.items():
            answers = self._askings[name](partial(_asked, detector, pictures), range(len(pictures)))
            for place, seen in answers.said.items():
                _add(described[place], pictures[place], seen, detector)
            for place, cause in answers.failed.items():
                described[place].failed[OWN] = cause


def _asked(detector: Detector, pictures: Sequence[Image.Image], places: Sequence[int]) -> list[tuple[Seen, ...]]:
    return detector([pictures[place] for place in places])


def _add(told: Described, picture: Image.Image, seen: Sequence[Seen], detector: Detector) -> None:
    run, surest = detector.run, dict[str, float]()
    for one in seen:
        if one.confidence < detector.least:
            continue
        told.detections.append(Detection(_box(one, picture), run.facet, one.kind, one.confidence, run.id))
        surest[one.kind] = max(surest.get(one.kind, 0.0), one.confidence)
    told.labels += [Label(concept, run.facet, sure, run.id) for concept, sure in surest.items()]


def _box(seen: Seen, picture: Image.Image) -> Box:
    left, top, right, bottom = seen.box
    x, y = min(int(left * picture.width), picture.width - 1), min(int(top * picture.height), picture.height - 1)
    return Box(x, y, max(round(right * picture.width) - x, 1), max(round(bottom * picture.height) - y, 1))
