"""Pictures of what a detector did not see rightly: one sheet, for people, since numbers do not say what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lxml import etree
from PIL import Image, ImageDraw

from ...press.typesetting import font
from .measuring import OVERLAPS, Seen, opened

#: What a sheet may be called.
SHEETS: Final = (".png", ".jpg", ".jpeg", ".svg")
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
    """Write a sheet of pages: the truth in green, what is told in red, what is nearly told in orange.

    As .svg it shows the frames alone, for pages that may not be passed on.
    """
    shown = some[:_MOST]
    if file.suffix.lower() == ".svg":
        file.write_bytes(_sketched(shown, at))
        return
    sheet = Image.new("RGB", _size(shown), "white")
    draw = ImageDraw.Draw(sheet)
    for place, one in enumerate(shown):
        left, top = _corner(place)
        page = opened(one.seen.page)
        share = _share(page.size)
        page = page.resize(_scaled(page.size, share), reducing_gap=2.0)
        frame = ImageDraw.Draw(page)
        for (x, y, w, h), colour, width in _frames(one.seen, at, share):
            frame.rectangle((x, y, x + w, y + h), outline=colour, width=width)
        sheet.paste(page, (left, top))
        draw.multiline_text((left, top + _SIDE + 4), one.words, "black", font("roman", 13))
    sheet.save(file)


def _sketched(some: Sequence[Failure], at: float) -> bytes:
    """Return the sheet as SVG: of pages only the outlines."""
    width, height = _size(some)
    svg = etree.Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width} {height}")
    for place, one in enumerate(some):
        left, top = _corner(place)
        group = etree.SubElement(svg, "g", transform=f"translate({left} {top})")
        size = opened(one.seen.page).size
        _rectangle(group, (0, 0, *_scaled(size, _share(size))), "#bbb", 1)
        for box, colour, thick in _frames(one.seen, at, _share(size)):
            _rectangle(group, box, f"rgb{colour}", thick)
        for line, words in enumerate(one.words.split("\n")):
            style = {"font-family": "sans-serif", "font-size": "12"}
            etree.SubElement(group, "text", style, y=str(_SIDE + 14 + 15 * line)).text = words
    return etree.tostring(svg, encoding="UTF-8", pretty_print=True)


def _rectangle(group: etree._Element, box: Sequence[float], colour: str, thick: int) -> None:
    place = {name: str(round(value)) for name, value in zip(("x", "y", "width", "height"), box, strict=True)}
    etree.SubElement(group, "rect", place | {"fill": "none", "stroke": colour, "stroke-width": str(thick)})


def _size(some: Sequence[Failure]) -> tuple[int, int]:
    return _ROW * _SIDE, max(-(-len(some) // _ROW), 1) * (_SIDE + _WORDS)


def _corner(place: int) -> tuple[int, int]:
    return place % _ROW * _SIDE, place // _ROW * (_SIDE + _WORDS)


def _share(size: tuple[int, int]) -> float:
    return (_SIDE - 8) / max(size)


def _scaled(size: tuple[int, int], share: float) -> tuple[int, int]:
    return max(round(size[0] * share), 1), max(round(size[1] * share), 1)


def _frames(seen: Seen, at: float, share: float) -> Iterator[tuple[list[float], tuple[int, int, int], int]]:
    """Yield boxes x, y, w, h, colours and widths, on a page that is drawn at a share of its size."""
    for box in seen.wanted * share:
        yield box.tolist(), _TRUTH, 5
    for box, score in zip(seen.found.boxes * share, seen.found.scores, strict=True):
        if score >= at - _NEARLY:
            yield box.tolist(), _FOUND if score >= at else _ALMOST, 2
