"""A book: title page with an ornament, chapters with initials and cuts, plates on pages of their own, a blank leaf."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from ..records import Box, Size
from .plates import MAP, PLATES, Process, aspect, render
from .sheet import SetPicture, Sheet
from .texts import paragraphs
from .typesetting import Flow, Style, font, set_block
from .words import WORDS

_BODY = Style("roman", 36, 46, "justify", 36)
_CAPTION = Style("italic", 31, 38, "centre")
_CHAPTER = Style("display", 46, 60, "centre")
_MARGIN = 210


@dataclass(slots=True)
class Book:
    """Prints the pages of one book; the same generator state prints the same pages."""

    language: str
    generator: np.random.Generator
    colour: bool = False
    size: Size = Size(1500, 2200)
    story: int = 0

    def page(self, number: int) -> Sheet:
        """Print a page, numbered from 1: the title, a blank leaf, then chapters with a plate on every third page."""
        sheet = Sheet(self.size, number)
        if number == 1:
            self._title(sheet)
        elif number > 2:
            if number % 3 == 0:
                self._full_plate(sheet)
            else:
                self._text(sheet)
        return sheet

    @property
    def _measure(self) -> int:
        return self.size.w - 2 * _MARGIN

    def _title(self, sheet: Sheet) -> None:
        words = WORDS[self.language]
        style = Style("display", 84, 110, "centre")
        row = set_block(sheet, words.book.upper(), style, _MARGIN, 420, self._measure, "title", 0)
        set_block(sheet, words.author, Style("italic", 48, 60, "centre"), _MARGIN, row + 60, self._measure, "text", 0)
        place = Box(self.size.w // 2 - 130, 1250, 260, 160)
        sheet.print_plate(_ornament(place), SetPicture(sheet.next_id("GE"), place, "ornament"))
        set_block(sheet, "MDCCCLXVI", Style("roman", 44, 56, "centre"), _MARGIN, 1800, self._measure, "text", 0)

    def _full_plate(self, sheet: Sheet) -> None:
        self.story += 1
        with_map = self.generator.random() < 0.25
        plate = MAP if with_map else PLATES[int(self.generator.integers(len(PLATES)))]
        process: Process = "map" if with_map else "colour" if self.colour else "engraving"
        width = self._measure
        height = min(round(width / aspect(plate)), 1400)
        place = Box(_MARGIN, 300, width, height)
        caption = plate.captions[self.language]
        identifier = sheet.next_id("CB")
        printed = render(plate, process, Size(width, height), pitch=7)
        sheet.print_plate(printed, SetPicture(identifier, place, "picture", self.story, caption, plate.name, process))
        set_block(sheet, caption, _CAPTION, _MARGIN, place.bottom + 30, width, "caption", self.story)

    def _text(self, sheet: Sheet) -> None:
        words = WORDS[self.language]
        self.story += 1
        row = 220
        if sheet.number % 3 == 1:
            heading = f"{words.chapter} {(sheet.number + 2) // 3}"
            row = set_block(sheet, heading, _CHAPTER, _MARGIN, row, self._measure, "title", self.story) + 30
        spaces = [Box(_MARGIN, row, self._measure, 2200 - 240 - row)]
        if sheet.number % 3 == 1:
            spaces = [self._initial(sheet, spaces[0]), *spaces]
            spaces[1] = Box(spaces[1].x, spaces[0].bottom, spaces[1].w, spaces[1].bottom - spaces[0].bottom)
        else:
            spaces = self._cut(sheet, spaces[0])
        flow = Flow(sheet, _BODY, spaces)
        choice = paragraphs(self.language)
        while flow.room():
            flow.paragraph(choice[int(self.generator.integers(len(choice)))], self.story)
        set_block(
            sheet, str(sheet.number), Style("roman", 32, 40, "centre"), _MARGIN, 2200 - 170, self._measure, "header", 0
        )

    def _initial(self, sheet: Sheet, space: Box) -> Box:
        """Print an ornamented initial; returns the space beside it."""
        place = Box(space.x, space.y, 150, 4 * _BODY.leading - 12)
        block = _ornament(place)
        letter = "ABCDEILMNV"[int(self.generator.integers(10))]
        ImageDraw.Draw(block).text(
            (75, place.h // 2), letter, font=font("display", 120), fill=15, anchor="mm", stroke_width=8, stroke_fill=255
        )
        sheet.print_plate(block, SetPicture(sheet.next_id("GE"), place, "initial"))
        return Box(space.x + 170, space.y, space.w - 170, 4 * _BODY.leading)

    def _cut(self, sheet: Sheet, space: Box) -> list[Box]:
        """Print a small engraving in the middle of the page; returns the spaces above and below."""
        plate = PLATES[int(self.generator.integers(len(PLATES)))]
        process: Process = "line block" if plate.name == "horse" else "engraving"
        height = 460
        width = min(self._measure, round(height * aspect(plate)))
        row = space.y + 12 * _BODY.leading + 20
        place = Box(_MARGIN + (self._measure - width) // 2, row, width, height)
        caption = plate.captions[self.language]
        identifier = sheet.next_id("CB")
        printed = render(plate, process, Size(width, height), pitch=6)
        sheet.print_plate(printed, SetPicture(identifier, place, "picture", self.story, caption, plate.name, process))
        below = (
            set_block(sheet, caption, _CAPTION, _MARGIN, place.bottom + 14, self._measure, "caption", self.story) + 30
        )
        above = Box(space.x, space.y, space.w, 12 * _BODY.leading)
        return [above, Box(space.x, below, space.w, space.bottom - below)]


def _ornament(box: Box) -> Image.Image:
    """Return an arabesque: interfering waves, cut as a line block, in a frame."""
    y, x = np.mgrid[0 : box.h, 0 : box.w].astype(np.float32)
    u, v = (x / box.w - 0.5) * 2, (y / box.h - 0.5) * 2
    radius, angle = np.hypot(u, v), np.arctan2(v, u)
    ink = np.sin(14 * radius + 3 * np.sin(6 * angle)) * np.cos(5 * angle - 6 * radius) > 0.25
    ink[:3], ink[-3:], ink[:, :3], ink[:, -3:] = True, True, True, True
    return Image.fromarray(np.where(ink, 30, 255).astype(np.uint8))
