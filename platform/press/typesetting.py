"""Setting text: faces, justified lines, broken words, and the exact box of each word's ink."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

from ..records import Box
from .sheet import Role, SetBlock, SetWord, Sheet

Face = Literal["roman", "bold", "italic", "display"]

# The STIX fonts are a Times; DejaVu Serif Bold is black enough for headlines. matplotlib ships both.
_FILES: dict[Face, str] = {
    "roman": "STIXGeneral.ttf",
    "bold": "STIXGeneralBol.ttf",
    "italic": "STIXGeneralItalic.ttf",
    "display": "DejaVuSerif-Bold.ttf",
}
_VOWELS = "aeiouyàâéèêëîïôöùûüäœ"
_BREAK = re.compile(rf"(?<=[{_VOWELS}])(?=[^\W\d_{_VOWELS}][{_VOWELS}])|(?<=\w-)(?=\w)", re.IGNORECASE)


@lru_cache(maxsize=64)
def font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    """Return a face at a size in pixels."""
    with as_file(files("matplotlib") / "mpl-data" / "fonts" / "ttf" / _FILES[face]) as path:
        return ImageFont.truetype(path, size)


@lru_cache(maxsize=50_000)
def _width(face: Face, size: int, text: str) -> float:
    return font(face, size).getlength(text)


@lru_cache(maxsize=50_000)
def _ink(face: Face, size: int, text: str) -> tuple[int, int, int, int]:
    left, top, right, bottom = font(face, size).getbbox(text, anchor="ls")
    return int(left), int(top), max(int(right), int(left) + 1), max(int(bottom), int(top) + 1)


@lru_cache(maxsize=5_000)
def _type(face: Face, size: int, text: str) -> Image.Image:
    """Return a word as it is printed wherever it stands, in the box of its ink."""
    left, top, right, bottom = _ink(face, size, text)
    cast = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(cast).text((-left, -top), text, font=font(face, size), fill=255, anchor="ls")
    return cast


@dataclass(frozen=True, slots=True)
class Style:
    """How text is set: face, size and leading in pixels, and how lines stand in their measure."""

    face: Face
    size: int
    leading: int
    align: Literal["justify", "centre", "left"] = "justify"
    indent: int = 0


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    broken: Literal["", "first", "second"] = ""
    whole: str = ""


def break_lines(text: str, style: Style, measure: int) -> Iterator[tuple[_Piece, ...]]:
    """Break a text into lines no wider than the measure, at spaces and, where a line would gape, within words."""
    space = _width(style.face, style.size, " ")
    line: list[_Piece] = []
    used = float(style.indent)
    words = [_Piece(word) for word in reversed(text.split())]
    while words:
        piece = words.pop()
        width = _width(style.face, style.size, piece.text)
        if not line or used + space + width <= measure:
            used += width + (space if line else 0)
            line.append(piece)
            continue
        halves = _break(piece, style, measure - used - space)
        if halves:
            line.append(halves[0])
            words.append(halves[1])
        else:
            words.append(piece)
        yield tuple(line)
        line, used = [], 0.0
    if line:
        yield tuple(line)


def _break(piece: _Piece, style: Style, room: float) -> tuple[_Piece, _Piece] | None:
    if style.align != "justify" or piece.broken:
        return None
    for match in reversed(list(_BREAK.finditer(piece.text))):
        head, tail = piece.text[: match.start()].removesuffix("-") + "-", piece.text[match.start() :]
        if len(head) > 3 and len(tail.strip('.,;:!?»"')) > 2 and _width(style.face, style.size, head) <= room:
            return _Piece(head, "first", piece.text), _Piece(tail, "second")
    return None


def set_lines(
    sheet: Sheet, lines: Sequence[tuple[_Piece, ...]], style: Style, box: Box, *, last: bool, first: bool
) -> tuple[tuple[SetWord, ...], ...]:
    """Print lines into a box from its top. ``first`` and ``last`` say whether they begin and end a paragraph."""
    printed = []
    for number, line in enumerate(lines):
        ends = last and number == len(lines) - 1
        indent = style.indent if first and number == 0 else 0
        baseline = box.y + number * style.leading + round(style.size * 0.8)
        printed.append(_set_line(sheet, line, style, box.x + indent, baseline, box.w - indent, ends=ends))
    return tuple(printed)


def _set_line(
    sheet: Sheet, line: tuple[_Piece, ...], style: Style, x: int, baseline: int, measure: int, *, ends: bool
) -> tuple[SetWord, ...]:
    widths = [_width(style.face, style.size, piece.text) for piece in line]
    space = _width(style.face, style.size, " ")
    free = measure - sum(widths) - space * (len(line) - 1)
    if style.align == "justify" and not ends and len(line) > 1:
        space += free / (len(line) - 1)
    start = x + (max(0.0, free) / 2 if style.align == "centre" else 0.0)
    words = []
    for piece, width in zip(line, widths, strict=True):
        left = round(start)
        ink = _ink(style.face, style.size, piece.text)
        sheet.draw.bitmap((left + ink[0], baseline + ink[1]), _type(style.face, style.size, piece.text), fill=28)
        box = Box(left + ink[0], baseline + ink[1], ink[2] - ink[0], ink[3] - ink[1])
        words.append(SetWord(piece.text, box, piece.broken, piece.whole))
        start += width + space
    return tuple(words)


def set_block(sheet: Sheet, text: str, style: Style, x: int, y: int, measure: int, role: Role, story: int) -> int:
    """Set a text as one block; returns the row below it."""
    lines = list(break_lines(text, style, measure))
    printed = set_lines(sheet, lines, style, Box(x, y, measure, 1), last=True, first=True)
    sheet.blocks.append(SetBlock(sheet.next_id("TB"), printed, role, story))
    return y + len(lines) * style.leading


@dataclass(slots=True)
class Flow:
    """Text that runs through spaces one after the other, column by column; a paragraph is a block in each space."""

    sheet: Sheet
    style: Style
    spaces: list[Box]

    def room(self) -> int:
        """Return how many lines still fit."""
        return sum(space.h // self.style.leading for space in self.spaces)

    def headline(self, text: str, style: Style, story: int) -> bool:
        """Set a headline where it fits with three lines below it; says whether there was room."""
        while self.spaces:
            space = self.spaces[0]
            height = len(list(break_lines(text, style, space.w))) * style.leading + style.leading // 2
            if height + 3 * self.style.leading <= space.h:
                set_block(self.sheet, text, style, space.x, space.y + style.leading // 4, space.w, "title", story)
                self.spaces[0] = Box(space.x, space.y + height, space.w, space.h - height)
                return True
            self.spaces.pop(0)
        return False

    def paragraph(self, text: str, story: int) -> None:
        """Set a paragraph; what finds no room is left out."""
        if not self.spaces:
            return
        lines = list(break_lines(text, self.style, self.spaces[0].w))
        first = True
        while lines and self.spaces:
            space = self.spaces[0]
            count = min(len(lines), space.h // self.style.leading)
            if count:
                printed = set_lines(self.sheet, lines[:count], self.style, space, last=count == len(lines), first=first)
                self.sheet.blocks.append(SetBlock(self.sheet.next_id("TB"), printed, "text", story))
                lines, first = lines[count:], False
            used = count * self.style.leading
            if lines or space.h - used < self.style.leading:
                self.spaces.pop(0)
            else:
                self.spaces[0] = Box(space.x, space.y + used, space.w, space.h - used)
