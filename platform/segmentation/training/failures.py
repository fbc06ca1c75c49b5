"""Pictures of what a detector did not see rightly: one sheet, for people, since numbers do not say what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image, ImageDraw

from ...press.typesetting import font
from .measuring import OVERLAPS, Seen, opened

#: What a sheet may be called.
SHEETS: Final = (".png", ".jpg", ".jpeg")
#: The side of the picture of a page, the lines below it, pages in a row, and how many there are at most.
_SIDE: Final = 420
_WORDS: Final = 40
_ROW: Final = 6
_MOST: Final = 120
#: What is so little less sure than the threshold is drawn, too.
_NEARLY: Final = 0.2
_TRUTH, _FOUND, _ALMOST = (0, 160, 70), (210, 30, 30), (240, 150, 0)


@dataclass(frozen=True, slots=True)
class Failure:
    """A page with something wrong: pictures missed, boxes that are false, and found ones that fit badly."""

    seen: Seen
    missed: int
    false: int
    loose: int

    @property
    def words(self) -> str:
        """What is wrong, and on which page."""
        wrong = ((self.missed, "missed"), (self.false, "false"), (self.loose, "fitting badly"))
        return f"{self.seen.page.path.stem}\n" + ", ".join(f"{count} {what}" for count, what in wrong if count)


def failures(seen: Sequence[Seen], at: float) -> Iterator[Failure]:
    """Yield the pages on which something is wrong that is told with a score of ``at`` or more, or that is not told.

    What overlaps with the truth (intersection over union) by less than three quarters fits badly.
    """
    for one in seen:
        here, well = (one.hits(overlap) for overlap in OVERLAPS)
        found, fitting = (int((hits.hit & (hits.scores >= at)).sum()) for hits in (here, well))
        false = int((~here.hit & (here.scores >= at)).sum())
        failure = Failure(one, here.wanted - found, false, found - fitting)
        if failure.missed or failure.false or failure.loose:
            yield failure


def failure_sheet(some: Sequence[Failure], at: float, file: Path) -> None:
    """Write a sheet of pages: the truth in green, what is told in red, what is nearly told in orange."""
    shown = some[:_MOST]
    rows = max(-(-len(shown) // _ROW), 1)
    sheet = Image.new("RGB", (_ROW * _SIDE, rows * (_SIDE + _WORDS)), "white")
    draw = ImageDraw.Draw(sheet)
    for place, one in enumerate(shown):
        left, top = place % _ROW * _SIDE, place // _ROW * (_SIDE + _WORDS)
        sheet.paste(_drawn(one.seen, at), (left, top))
        draw.multiline_text((left, top + _SIDE + 4), one.words, "black", font("roman", 13))
    sheet.save(file)


def _drawn(seen: Seen, at: float) -> Image.Image:
    page = opened(seen.page)
    share = (_SIDE - 8) / max(page.size)
    page = page.resize((max(round(page.width * share), 1), max(round(page.height * share), 1)), reducing_gap=2.0)
    draw = ImageDraw.Draw(page)
    for box in seen.wanted * share:
        _frame(draw, box, _TRUTH, 5)
    for box, score in zip(seen.found.boxes * share, seen.found.scores, strict=True):
        if score >= at - _NEARLY:
            _frame(draw, box, _FOUND if score >= at else _ALMOST, 2)
    return page


def _frame(
    draw: ImageDraw.ImageDraw, box: np.ndarray[Any, np.dtype[np.float64]], colour: tuple[int, int, int], width: int
) -> None:
    x, y, w, h = map(float, box)
    draw.rectangle((x, y, x + w, y + h), outline=colour, width=width)
