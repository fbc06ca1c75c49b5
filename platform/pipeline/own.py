"""Detectors of one's own in the list of models: each looks at pages for what it was trained to find."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from PIL import Image

from ..classify import OWN, Asking
from ..errors import ModelError
from ..images import WHOLE
from ..records import Box, Detection, Label, Run, Size
from ..segmentation import Detector, Seen, placed, places_of
from ..weights import Models
from .scans import PAGE

#: What an entry of the list of models says in its ``config`` to be one: ``task = "detector"``. ``facet`` is what its
#: classes are, as they stand in the search: object where it says nothing.
_TASK: Final = "detector"
_FACET: Final = "object"


@dataclass(slots=True)
class Pointed:
    """What detectors of one's own say of one illustration, boxes in the frame of its page."""

    detections: list[Detection] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)


class Own:
    """Asks the detectors of one's own. One that fails costs its own word on the pages that it fails on.

    Attributes:
        runs: theirs. The facet of each is its own, so that they stand beside all others.
        troubles: why some cannot be asked, by their names.

    """

    def __init__(self, models: Models) -> None:
        self._detectors: dict[str, Detector] = {}
        self._askings: dict[str, Asking] = {}
        self._facets: dict[str, str] = {}
        self.troubles: dict[str, ModelError] = {}
        self.runs: tuple[Run, ...] = ()
        self.longest = PAGE
        for entry in models.entries:
            if entry.config.get("task") != _TASK:
                continue
            try:
                models.file(entry.name)
            except ModelError as error:
                self.troubles[entry.name] = error
                continue
            detector = self._detectors[entry.name] = Detector(models, entry.name, f"{OWN}.{entry.name}")
            self._askings[entry.name] = Asking(OWN, (entry.name,))
            self._facets[detector.run.id] = str(entry.config.get("facet", _FACET))
            patch = patch_of(models, entry.name)
            self.runs += (replace(detector.run, config={**detector.run.config, "patch": str(patch)}),)
            self.longest = max(self.longest, WHOLE if patch else PAGE)

    def look(self, page: Image.Image) -> tuple[tuple[Seen, ...], list[str]]:
        """Return what is seen on a page, as far as it is to be believed, and why some see nothing."""
        seen: list[Seen] = []
        causes: list[str] = []
        for name, detector in self._detectors.items():
            answers = self._askings[name](partial(_asked, detector, page), (0,))
            seen += [one for one in answers.said.get(0, ()) if one.confidence >= detector.least]
            causes += answers.failed.values()
        return tuple(seen), causes

    def point(
        self, seen: Sequence[Seen], frame: Size, regions: Sequence[tuple[Box, str | None]]
    ) -> tuple[dict[int, Pointed], int]:
        """Return what was seen on a page by the region that it belongs to, and how much belongs to none.

        Args:
            seen: what was seen.
            frame: the size of the page.
            regions: boxes in it, and why each is no picture.

        """
        found: defaultdict[int, Pointed] = defaultdict(Pointed)
        surest: dict[tuple[int, str, str], float] = {}
        outside = 0
        for one in seen:
            box = placed(one, frame)
            places = places_of(box, regions)
            outside += not places
            for place in places:
                around = regions[place][0]
                inside = box.intersection(around) or around
                facet = self._facets[one.run]
                found[place].detections.append(Detection(inside, facet, one.kind, one.confidence, one.run))
                key = (place, one.kind, one.run)
                surest[key] = max(surest.get(key, 0.0), one.confidence)
        for (place, kind, run), sure in surest.items():
            found[place].labels.append(Label(kind, self._facets[run], sure, run))
        return dict(found), outside


def patch_of(models: Models, name: str) -> int:
    """Return the side of the squares that a detector looks at pages in, in pixels of the file; 0: at whole pages."""
    return int(models.entry(name).config.get("patch", 0))


def _asked(detector: Detector, page: Image.Image, places: Sequence[int]) -> list[tuple[Seen, ...]]:
    return detector([page] * len(places))
