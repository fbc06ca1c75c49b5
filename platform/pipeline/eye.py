"""What models see of pages and their pictures, many at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PIL import Image

from ..classify import (
    COLOUR_RUN,
    NAMES_MODEL,
    OWN,
    PAGE_RUN,
    PARTS,
    Answers,
    Asking,
    Described,
    Describer,
    Genre,
    Names,
)
from ..errors import ModelError, SettingsError
from ..images import PIXEL_RUN, WHOLE
from ..net import open_door
from ..records import Box, Diagnostic, Label, Mention, Run, Size
from ..segmentation import MODEL as DETECTOR
from ..segmentation import RUNS, Detector, Seen
from ..settings import Settings
from ..weights import Models
from .own import Own, Pointed, patch_of
from .scans import PAGE

#: What a run can be told to leave out.
LOOKS: Final = ("detector", *PARTS, "names")
#: Leaves out all of them.
ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Sight:
    """Which models look, and where they are: what a process needs to know to make an `Eye` of its own."""

    settings: Settings
    without: frozenset[str] = frozenset()

    @classmethod
    def of(cls, settings: Settings, without: Collection[str] = ()) -> Sight | None:
        """Return what is to look, the settings' word and another one together; None where nothing is left that does.

        Raises SettingsError for what is no look.
        """
        said = {name.strip() for name in settings.without.split(",")} - {""}
        if unknown := sorted(said - {*LOOKS, ALL}):
            raise SettingsError(f"ESTAMPE_WITHOUT names {unknown[0]!r}; there are {', '.join((*LOOKS, ALL))}")
        left_out = said.union(without)
        return None if ALL in left_out or left_out.issuperset(LOOKS) else cls(settings, frozenset(left_out))

    @property
    def eye(self) -> Eye:
        """The eye of this process, made when it is first needed."""
        return _opened(self)


class Eye:
    """Finds pictures on pages, and says what they are.

    Args:
        models: where the weights are.
        without: names of `LOOKS` that are not asked.

    Attributes:
        troubles: why parts are left out that were wanted, by their names.
        longest: how many pixels pages are to have on their longer side; `WHOLE` where one looks at them in patches.

    """

    def __init__(self, models: Models, without: frozenset[str] = frozenset()) -> None:
        self._describer = Describer(models, without)
        self.troubles: dict[str, ModelError] = dict(self._describer.troubles)
        wanted = {"detector": DETECTOR, "names": NAMES_MODEL}
        there = {part for part, model in wanted.items() if part not in without and self._is_there(models, part, model)}
        self._detector = Detector(models) if "detector" in there else None
        self._names = Names(models) if "names" in there else None
        self._own = Own(models) if OWN not in without else None
        self.troubles |= self._own.troubles if self._own else {}
        self._askings = {part: Asking(part, (wanted[part],)) for part in there}
        self.longest = self._own.longest if self._own else PAGE
        if self._detector and patch_of(models, DETECTOR):
            self.longest = WHOLE

    @property
    def finds(self) -> bool:
        """Whether it looks at pages, and not only at what the OCR marks."""
        return self.finds_pictures or bool(self._own and self._own.runs)

    @property
    def finds_pictures(self) -> bool:
        """Whether it looks for all pictures, and not only for what somebody trained a detector for."""
        return self._detector is not None

    @property
    def least(self) -> float:
        """The confidence from which the detector is believed."""
        return self._detector.least if self._detector else 1.0

    @property
    def runs(self) -> tuple[Run, ...]:
        """Those of all models that look."""
        own = self._own.runs if self._own else ()
        return (*self.runs_of("detector"), *self.runs_of("names"), *own, *self._describer.runs)

    @property
    def genre(self) -> Genre | None:
        """Who says what kinds of pictures they are, where that is asked."""
        return self._describer.genre

    def runs_of(self, look: str) -> tuple[Run, ...]:
        """Those of one look."""
        if look == "detector":
            return (self._detector.run,) if self._detector else ()
        if look == "names":
            return (self._names.run,) if self._names else ()
        if look == OWN:
            return (*(self._own.runs if self._own else ()), *self._describer.runs_of(OWN))
        return self._describer.runs_of(look)

    def look(self, pages: Sequence[Image.Image]) -> Answers[tuple[Seen, ...]]:
        """Return what the detector sees on pages, by their places."""
        detector = self._detector
        if detector is None:
            return Answers(dict.fromkeys(range(len(pages)), ()))
        return self._askings["detector"](lambda places: detector([pages[place] for place in places]), range(len(pages)))

    def seek(self, page: Image.Image) -> tuple[tuple[Seen, ...], list[str]]:
        """Return what detectors of one's own see on a page, and why some see nothing."""
        return self._own.look(page) if self._own else ((), [])

    def point(
        self, sought: Sequence[Seen], frame: Size, regions: Sequence[tuple[Box, str | None]]
    ) -> tuple[dict[int, Pointed], int]:
        """Return what these saw by the region that it belongs to, and how much belongs to none (see `Own.point`)."""
        return self._own.point(sought, frame, regions) if self._own else ({}, 0)

    def describe(
        self, pictures: Sequence[Image.Image], known: Sequence[Sequence[Label]] | None = None
    ) -> list[Described]:
        """Return what the models say of pictures; ``known`` are the labels that each has already."""
        return self._describer(pictures, known)

    def names(
        self, texts: Sequence[Mapping[str, str]], languages: Sequence[Sequence[str]]
    ) -> Answers[tuple[Mention, ...]]:
        """Return the names in the words of illustrations, by field, in documents of some languages, by their places."""
        names = self._names
        if names is None:
            return Answers(dict.fromkeys(range(len(texts)), ()))
        return self._askings["names"](
            lambda places: names([texts[place] for place in places], [languages[place] for place in places]),
            range(len(texts)),
        )

    def _is_there(self, models: Models, part: str, model: str) -> bool:
        try:
            models.file(model)
        except ModelError as error:
            self.troubles[part] = error
            return False
        return True


def runs_of(sight: Sight | None) -> tuple[Run, ...]:
    """Return the runs of all that pages are read by."""
    return (*RUNS, PIXEL_RUN, COLOUR_RUN, PAGE_RUN, *(sight.eye.runs if sight else ()))


def troubles_of(sight: Sight | None) -> list[Diagnostic]:
    """Return what is to be told of looks that are left out because a model of theirs is missing."""
    troubles = sight.eye.troubles if sight else {}
    return [Diagnostic("model-missing", f"nobody looks for {look}: {trouble}") for look, trouble in troubles.items()]


@lru_cache(maxsize=4)
def _opened(sight: Sight) -> Eye:
    with closing(open_door(sight.settings)) as door:
        return Eye(Models.open(sight.settings, door), sight.without)
