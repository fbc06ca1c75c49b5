"""A newspaper page: masthead, stories with pictures across columns, articles that flow around them, advertisements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from ..records import Box, Size
from .plates import MAP, PLATES, Plate, Process, aspect, render
from .sheet import SetPicture, Sheet
from .texts import paragraphs
from .typesetting import Flow, Style, set_block
from .words import WORDS

_BODY = Style("roman", 23, 27, "justify", 24)
_CAPTION = Style("italic", 21, 25, "centre")
_HEADLINE = Style("bold", 31, 37, "centre")
_STORY = Style("display", 38, 48, "centre")
_MARGIN = 90
_GUTTER = 26


@dataclass(slots=True)
class Newspaper:
    """Prints the pages of one issue; the same generator state prints the same pages."""

    language: str
    day: date
    generator: np.random.Generator
    size: Size = Size(1800, 2460)
    columns: int = 4
    story: int = 0

    def page(self, number: int) -> Sheet:
        """Print a page, numbered from 1."""
        sheet = Sheet(self.size, number)
        top = self._masthead(sheet) if number == 1 else self._running_head(sheet)
        width = (self.size.w - 2 * _MARGIN - (self.columns - 1) * _GUTTER) // self.columns
        left = [_MARGIN + column * (width + _GUTTER) for column in range(self.columns)]
        bottom = self.size.h - _MARGIN
        free = [[Box(x, top, width, bottom - top)] for x in left]
        for column, span, row in self._stories(number, top, bottom):
            x, measure = left[column], span * width + (span - 1) * _GUTTER
            below = self._story(sheet, Box(x, row, measure, bottom - row), width)
            for taken in range(column, column + span):
                free[taken] = [part for space in free[taken] for part in _without(space, row, below)]
        if number % 2 == 0:
            column = self.columns - 1
            row = self._advertisement(sheet, Box(left[column], bottom - 560, width, 560))
            free[column] = [part for space in free[column] for part in _without(space, row - 16, bottom)]
        for space in (space for spaces in free[1:] for space in spaces):
            sheet.rule(Box(space.x - _GUTTER // 2 - 1, space.y, 2, space.h))
        self._articles(sheet, [space for spaces in free for space in spaces if space.h > 4 * _BODY.leading])
        return sheet

    def _masthead(self, sheet: Sheet) -> int:
        words = WORDS[self.language]
        measure = self.size.w - 2 * _MARGIN
        row = set_block(sheet, words.masthead, Style("display", 120, 150, "centre"), _MARGIN, 80, measure, "header", 0)
        sheet.rule(Box(_MARGIN, row + 14, measure, 4))
        dated = f"{words.dated(self.day)} — {words.line}"
        row = set_block(sheet, dated, Style("roman", 26, 34, "centre"), _MARGIN, row + 28, measure, "header", 0)
        sheet.rule(Box(_MARGIN, row + 10, measure, 2))
        return row + 36

    def _running_head(self, sheet: Sheet) -> int:
        words = WORDS[self.language]
        text = f"{sheet.number}   {words.masthead}   {words.dated(self.day)}"
        measure = self.size.w - 2 * _MARGIN
        row = set_block(sheet, text, Style("roman", 24, 30, "centre"), _MARGIN, 60, measure, "header", 0)
        sheet.rule(Box(_MARGIN, row + 6, measure, 2))
        return row + 26

    def _stories(self, number: int, top: int, bottom: int) -> list[tuple[int, int, int]]:
        """Return column, span and row of each story with a picture."""
        half = top + (bottom - top) * 11 // 20
        if number == 1:
            return [(0, 3, top), (2, 2, half + 200)]
        choices = (
            [(1, 2, top + 200), (0, 1, half)],
            [(0, 2, top), (2, 1, half)],
            [(2, 2, top), (0, 2, half)],
            [(0, 1, top + 120), (1, 2, half)],
        )
        return choices[int(self.generator.integers(len(choices)))]

    def _plate(self) -> tuple[Plate, Process]:
        if self.generator.random() < 0.08:
            return MAP, "map"
        processes: tuple[Process, ...] = ("halftone", "halftone", "engraving", "engraving", "line block")
        plate = PLATES[int(self.generator.integers(len(PLATES)))]
        process = processes[int(self.generator.integers(len(processes)))]
        # A silhouette needs no screen; a face or a night sky is lost as a line block.
        if plate.name == "horse":
            process = "line block"
        elif process == "line block" and plate.subject in {"science", "landscape", "portrait"}:
            process = "halftone"
        return plate, process

    def _story(self, sheet: Sheet, box: Box, column: int) -> int:
        """Print a headline, a picture, its caption and some lines below; returns the row below all."""
        self.story += 1
        plate, process = self._plate()
        row = set_block(sheet, plate.titles[self.language], _STORY, box.x, box.y, box.w, "title", self.story) + 8
        height = min(round(box.w / aspect(plate)), box.h * 2 // 5)
        width = min(box.w, round(height * aspect(plate)))
        place = Box(box.x + (box.w - width) // 2, row, width, height)
        caption = plate.captions[self.language]
        printed = render(plate, process, Size(width, height), pitch=5)
        identifier = sheet.next_id("CB")
        sheet.print_plate(printed, SetPicture(identifier, place, "picture", self.story, caption, plate.name, process))
        row = set_block(sheet, caption, _CAPTION, box.x, place.bottom + 12, box.w, "caption", self.story) + 14
        lines = 5 * _BODY.leading
        across = range(box.x, box.x + box.w - column + 1, column + _GUTTER)
        flow = Flow(sheet, _BODY, [Box(x, row, column, max(0, min(lines, box.bottom - row))) for x in across])
        while flow.room():
            flow.paragraph(self._paragraph(), self.story)
        return row + lines + 22

    def _articles(self, sheet: Sheet, spaces: list[Box]) -> None:
        flow = Flow(sheet, _BODY, spaces)
        headlines = WORDS[self.language].headlines
        while flow.room() > 8:
            self.story += 1
            if not flow.headline(headlines[int(self.generator.integers(len(headlines)))], _HEADLINE, self.story):
                return
            for _ in range(int(self.generator.integers(2, 5))):
                flow.paragraph(self._paragraph(), self.story)

    def _advertisement(self, sheet: Sheet, box: Box) -> int:
        """Print an advertisement with its cut at the foot of a column; returns the row above it."""
        self.story += 1
        goods = WORDS[self.language].goods
        name, line = goods[int(self.generator.integers(len(goods)))]
        plate = next(
            one for one in PLATES if one.name == {0: "cat", 1: "motorcycle", 2: "coffee"}[goods.index((name, line))]
        )
        sheet.rule(Box(box.x, box.y, box.w, 3))
        row = set_block(
            sheet, name, Style("display", 32, 40, "centre"), box.x, box.y + 18, box.w, "advertisement", self.story
        )
        width = box.w - 60
        place = Box(box.x + 30, row + 8, width, min(round(width / aspect(plate)), box.bottom - row - 130))
        identifier = sheet.next_id("CB")
        cut = render(plate, "line block", Size(place.w, place.h))
        sheet.print_plate(
            cut, SetPicture(identifier, place, "picture", self.story, "", plate.name, "line block", advertisement=True)
        )
        set_block(
            sheet, line, Style("bold", 25, 30, "centre"), box.x, place.bottom + 14, box.w, "advertisement", self.story
        )
        return box.y

    def _paragraph(self) -> str:
        choice = paragraphs(self.language)
        return choice[int(self.generator.integers(len(choice)))]


def _without(space: Box, top: int, bottom: int) -> list[Box]:
    """Return what is left of a column's space when the rows from top to bottom are taken."""
    above = Box(space.x, space.y, space.w, min(space.bottom, top - 10) - space.y)
    below = Box(space.x, max(space.y, bottom + 10), space.w, space.bottom - max(space.y, bottom + 10))
    return [part for part in (above, below) if part.h > 0]
