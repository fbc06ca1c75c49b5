"""Pictures on the pages of image files, each with what it is: the models alone, without a catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice
from pathlib import Path
from typing import Final

import numpy as np

from ..classify import PARTS, Describer, Genre, Rows, among, kind_shares, likely
from ..errors import ModelError
from ..harvest.names import without_view
from ..images import LOOK, Scan
from ..records import CHANCES, Size
from ..segmentation import Detector, Seen, kind_of, placed
from ..weights import Models

#: What is less likely a picture at all is not looked at: its kind is what the detector says.
_DOUBTFUL: Final = 0.1
#: Pages of a document that are held back until the kinds of their pictures are told, all together.
_PAGES: Final = 500


@dataclass(frozen=True, slots=True)
class FoundPage:
    """What is seen on a page; ``likely`` has a row for each that was looked at, by its place in ``seen``."""

    path: Path
    size: Size
    seen: tuple[Seen, ...]
    likely: Mapping[int, Rows]


class Finder:
    """Finds pictures on scans, and says what each is.

    Args:
        models: where the weights are.
        alone: ask the detector alone what kind each is.

    Attributes:
        troubles: why models are not asked that were wanted.
        failed: whether one failed on some picture, whose kind is then what the detector says.

    """

    def __init__(self, models: Models, *, alone: bool = False) -> None:
        self._detector = Detector(models)
        asked = {"genre"} if self.seeks_pictures and not alone else set()
        self._describer = Describer(models, set(PARTS) - asked)
        self.troubles: dict[str, ModelError] = dict(self._describer.troubles)
        self.failed = False

    @property
    def seeks_pictures(self) -> bool:
        """Whether it looks for pictures, and not for what somebody trained the detector for instead."""
        return self._detector.seeks_pictures

    @property
    def genre(self) -> Genre | None:
        """Who says with the detector what kinds of pictures they are, where that is asked."""
        return self._describer.genre

    def __call__(self, scans: Sequence[tuple[Path, Scan]]) -> list[FoundPage]:
        """Look at scans, all at once, and return what is seen on each, the surest first. Raises ModelError."""
        told = self._detector([scan.picture for _, scan in scans])
        looked = self._looked([(scan, seen) for (_, scan), seen in zip(scans, told, strict=True)])
        return [
            FoundPage(path, scan.size, seen, rows) for (path, scan), seen, rows in zip(scans, told, looked, strict=True)
        ]

    def named(self, pages: Iterable[FoundPage]) -> Iterator[tuple[Path, Size, Sequence[Seen]]]:
        """Yield what is seen on pages, each picture as what it is among those of its document.

        Pages of one document follow each other: files of one folder that differ in the number at their end alone.
        """
        for _, own in groupby(pages, lambda page: (page.path.parent, without_view(page.path.name))):
            while held := list(islice(own, _PAGES)):
                yield from self._together(held)

    def _looked(self, pages: Sequence[tuple[Scan, Sequence[Seen]]]) -> list[dict[int, Rows]]:
        """Return of each page how likely each picture is to be what, by its place; all pictures are seen at once."""
        rows: list[dict[int, Rows]] = [{} for _ in pages]
        keys = [
            (number, place)
            for number, (_, seen) in enumerate(pages)
            for place, one in enumerate(seen)
            if one.is_picture and one.confidence >= _DOUBTFUL
        ]
        genre = self.genre
        if genre is None or not keys:
            return rows
        run = genre.runs()[CHANCES].id
        pictures = [(pages[number][0], pages[number][1][place]) for number, place in keys]
        cuts = [scan.crop(placed(one, scan.size), scan.size, LOOK) for scan, one in pictures]
        said = self._describer(cuts, [one.labels for _, one in pictures])
        self.failed |= any(one.failed for one in said)
        for (number, place), one in zip(keys, said, strict=True):
            if run in one.vectors:
                rows[number][place] = likely(one.vectors[run])
        return rows

    def _together(self, pages: Sequence[FoundPage]) -> Iterator[tuple[Path, Size, Sequence[Seen]]]:
        keys = [(number, place) for number, page in enumerate(pages) for place in page.likely]
        # What is perhaps no picture says nothing of the others.
        sure = [key for key in keys if pages[key[0]].seen[key[1]].confidence >= self._detector.least]
        rows = {key: pages[key[0]].likely[key[1]] for key in keys}
        if sure:
            rows |= zip(sure, among(np.stack([rows[key] for key in sure])), strict=True)
        for number, page in enumerate(pages):
            seen = [
                replace(one, kind=self._kind(rows[number, place])) if (number, place) in rows else one
                for place, one in enumerate(page.seen)
            ]
            yield page.path, page.size, seen

    def _kind(self, row: Rows) -> str:
        genre = self.genre
        return kind_of(kind_shares(row, genre.weights.classes).items() if genre else ())
