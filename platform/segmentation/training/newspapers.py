"""Pages of newspapers, set from nothing: narrow columns of small type, headlines, advertisements, and pictures between.

Labelled pages of newspapers with pictures are few, and what is on them is small.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from ...press.specimens import lettered
from ...press.typesetting import Face, font
from ..network import CLASSES
from .composing import Cut, printed
from .marks import Chance, one_of
from .papers import paper
from .samples import Sample

_TONES: Final = ((232, 226, 212), (214, 200, 170), (205, 205, 203), (240, 240, 238), (222, 206, 160))
_INK: Final = (34, 31, 29)
_FACES: Final[tuple[Face, ...]] = ("roman", "bold", "italic", "display")
#: The width and height of a galley, in pixels: more than a column needs, so that no two columns are alike.
_MEASURE: Final = 420
_GALLEY: Final = 1000

Area = tuple[int, int, int, int]


def newspaper_page(chance: Chance, pictures: Sequence[Cut]) -> Sample:
    """Set a page of three to eight columns with up to six pictures, of half a column's width to four columns'."""
    height = int(chance.integers(900, 1200))
    width = round(height * chance.uniform(0.64, 0.8))
    sheet = paper(chance, width, height, _TONES)
    columns, margin = int(chance.integers(3, 9)), round(width * chance.uniform(0.03, 0.08))
    gap = int(chance.integers(4, 10))
    measure = (width - 2 * margin - (columns - 1) * gap) // columns
    left = [margin + place * (measure + gap) for place in range(columns)]
    top, bottom = margin, height - margin
    if chance.random() < 0.4:
        top = _masthead(chance, sheet, (margin, margin, width - margin, margin + round(height * 0.1)))
    taken: list[Area] = []
    page = Sample(sheet)
    for _ in range(int(chance.choice([0, 1, 2, 3, 4, 6], p=[0.15, 0.2, 0.25, 0.2, 0.12, 0.08]))):
        span = int(chance.choice([1, 1, 2, 3, 4]))
        start = int(chance.integers(0, columns))
        right = left[min(start + span, columns) - 1] + measure
        kind, picture = one_of(chance, pictures)
        box = _story(chance, sheet, picture, (left[start], top, right, bottom), taken)
        page = page.with_(CLASSES.index(kind), [box] if box else [])
    for _ in range(int(chance.choice([0, 0, 1, 3, 8]))):
        drawn = chance.random() < 0.2
        area = _advertisement(chance, sheet, left, measure, (top, bottom), taken, drawn=drawn)
        if area is not None and drawn:
            page = page.with_(CLASSES.index("print"), [area])
    size = int(chance.integers(5, 9))
    for x in left:
        _column(chance, sheet, (x, top, x + measure, bottom), size, taken)
    if chance.random() < 0.7:
        _rules(sheet, [x - gap // 2 for x in left[1:]], (top, bottom), taken)
    return page


def _story(chance: Chance, sheet: Image.Image, picture: Image.Image, room: Area, taken: list[Area]) -> Area | None:
    """Set a picture as wide as the room or narrower, sometimes an oval one, with a line of caption below it."""
    left, top, right, bottom = room
    w = round((right - left) * (1.0 if chance.random() < 0.5 else chance.uniform(0.35, 0.95)))
    h = min(round(w * picture.height / picture.width), round((bottom - top) * 0.5))
    w = max(min(w, round(h * picture.width / picture.height * 1.1)), 8)
    if min(w, h) < 16 or bottom - h - 14 <= top:
        return None
    x, y = left + (right - left - w) // 2, int(chance.integers(top, bottom - h - 12))
    area = (left - 2, y - 4, right + 2, y + h + 14)
    if any(_meet(area, other) for other in taken):
        return None
    tone = sheet.getpixel((2, 2))
    if chance.random() < 0.12 and h > 30:
        picture = _oval(picture, tone)
    if chance.random() < 0.75:
        picture = _pressed(chance, picture, (w, h))
    printed(chance, sheet, picture, (x, y, w, h), tone if isinstance(tone, tuple) else (255, 255, 255))
    taken.append(area)
    caption = one_of(chance, _texts())[: max(w // 4, 4)]
    ImageDraw.Draw(sheet).text((x + w / 2, y + h + 3), caption, _INK, font("italic", 7), anchor="mt")
    return x, y, x + w, y + h


def _pressed(chance: Chance, picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Print a picture as a fast press did: soft, grey, flat in its lights or clogged in its darks."""
    tones = np.asarray(ImageOps.fit(picture.convert("L"), size).filter(ImageFilter.GaussianBlur(0.7)), np.float32)
    low, high = chance.uniform(10, 80), chance.uniform(150, 235)
    printed_ = low + tones / 255 * (high - low) + chance.normal(0, chance.uniform(2, 14), tones.shape)
    return Image.fromarray(printed_.clip(0, 255).astype(np.uint8)).convert("RGB")


def _oval(picture: Image.Image, tone: Any) -> Image.Image:
    mask = Image.new("L", picture.size, 0)
    ImageDraw.Draw(mask).ellipse((0, 0, picture.width - 1, picture.height - 1), fill=255)
    ground = Image.new("RGB", picture.size, tone)
    ground.paste(picture, (0, 0), mask)
    return ground


def _masthead(chance: Chance, sheet: Image.Image, room: Area) -> int:
    """Set a newspaper's name; returns the row below it."""
    left, top, right, bottom = room
    name = " ".join(one_of(chance, _texts()).split()[:2])
    wide = round((right - left) * chance.uniform(0.5, 1))
    line = lettered(name, (wide, bottom - top - 8), one_of(chance, _FACES), _INK, chance)
    sheet.paste(line, ((left + right - line.width) // 2, top), line)
    ImageDraw.Draw(sheet).rectangle((left, bottom - 5, right, bottom - 4), fill=_INK)
    return bottom + 4


def _advertisement(
    chance: Chance,
    sheet: Image.Image,
    left: Sequence[int],
    measure: int,
    rows: tuple[int, int],
    taken: list[Area],
    *,
    drawn: bool,
) -> Area | None:
    """Set letters of all sizes in a frame, which cry out and are no picture; or on a drawn ground, which is one."""
    start, span = int(chance.integers(len(left))), int(chance.choice([1, 1, 2]))
    right = left[min(start + span, len(left)) - 1] + measure
    high = int(chance.integers(30, 140))
    y = int(chance.integers(rows[0], max(rows[1] - high, rows[0] + 1)))
    area = (left[start] + 1, y + 1, right - 1, y + high - 1)
    if any(_meet(area, other) for other in taken):
        return None
    taken.append((left[start], y, right, y + high))
    draw = ImageDraw.Draw(sheet)
    if drawn:
        _ground(chance, sheet, area)
    elif chance.random() < 0.8:
        draw.rectangle(area, outline=_INK, width=int(chance.integers(1, 4)))
    if chance.random() < 0.3:
        draw.rectangle((area[0] + 4, y + 5, right - 5, y + high - 6), outline=_INK)
    row = y + (round(high * 0.22) if drawn else 7)
    words = one_of(chance, _texts()).split()
    while row < y + high - 12:
        tall = min(int(chance.choice([7, 9, 12, 18, 26])), y + high - 6 - row)
        text = " ".join(words[int(chance.integers(len(words))) :][: 1 if tall > 12 else 4])
        wide = min(right - area[0] - 14, max(round(len(text) * tall * chance.uniform(0.35, 0.8)), 6))
        line = lettered(text or "A", (wide, tall), one_of(chance, _FACES), _INK, chance)
        sheet.paste(line, ((area[0] + right - line.width) // 2, row), line)
        row += round(tall * chance.uniform(1.15, 1.6))
    return area


def _ground(chance: Chance, sheet: Image.Image, area: Area) -> None:
    """Draw what an advertiser's letters stand on: rays, hatching or plain black, with a bright shape in the middle."""
    left, top, right, bottom = area
    wide, high = right - left, bottom - top
    tone = sheet.getpixel((2, 2))
    ground = Image.new("RGB", (wide, high), _INK if chance.random() < 0.3 else tone)
    draw = ImageDraw.Draw(ground)
    if chance.random() < 0.5:
        middle = (wide * chance.uniform(0, 1), high * chance.uniform(0, 1))
        for angle in np.arange(0, 2 * np.pi, chance.uniform(0.03, 0.2)):
            draw.line((*middle, middle[0] + wide * np.cos(angle), middle[1] + wide * np.sin(angle)), fill=_INK)
    else:
        for x in np.arange(-high, wide, chance.uniform(2.5, 6)):
            draw.line((x, 0, x + high, high), fill=_INK)
    inset = chance.uniform(0.04, 0.2)
    shape = draw.ellipse if chance.random() < 0.6 else draw.rectangle
    place = (wide * inset, high * inset, wide * (1 - inset * chance.uniform(0.5, 1)), high * (1 - inset))
    shape(place, fill=tone, outline=_INK, width=2)
    for _ in range(int(chance.integers(0, 4))):
        x, y, radius = chance.uniform(0, wide), chance.uniform(0, high), high * chance.uniform(0.05, 0.2)
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=_INK, width=int(chance.integers(1, 4)))
    draw.rectangle((0, 0, wide - 1, high - 1), outline=_INK, width=int(chance.integers(1, 4)))
    sheet.paste(ground, (left, top))


def _column(chance: Chance, sheet: Image.Image, room: Area, size: int, taken: Sequence[Area]) -> None:
    """Fill what is free of a column with lines of text, and a headline now and then."""
    left, top, right, bottom = room
    galley = _galley(_FACES[int(chance.choice(3, p=[0.85, 0.1, 0.05]))], size)
    y = top
    while y < bottom - 2 * size:
        under = [area for area in taken if area[0] < right and left < area[2] and y < area[3] and area[1] < bottom]
        end = min((max(area[1], y) for area in under), default=bottom)
        if end - y > size:
            if end - y > 8 * size and chance.random() < 0.6:
                text = " ".join(one_of(chance, _texts()).split()[: int(chance.integers(1, 4))])
                letters = font(one_of(chance, _FACES), round(size * chance.uniform(1.2, 2.4)))
                middle = ((left + right) / 2, y + size / 2)
                if letters.getlength(text) < right - left:
                    ImageDraw.Draw(sheet).text(middle, text, _INK, letters, anchor="mt")
                y += round(size * 3.5)
            length = min(end - y, int(chance.integers(6, 60)) * round(size * 1.2))
            if length <= 0:
                continue
            offset = int(chance.integers(0, _GALLEY - length))
            across = int(chance.integers(0, _MEASURE - (right - left)))
            lines = galley.crop((across, offset, across + right - left, offset + length))
            sheet.paste(_INK, (left, y), lines)
            y += length + size // 2
        else:
            y = max(area[3] for area in under if max(area[1], y) == end)


def _rules(sheet: Image.Image, at: Sequence[int], rows: tuple[int, int], taken: Sequence[Area]) -> None:
    draw = ImageDraw.Draw(sheet)
    for x in at:
        for y in range(rows[0], rows[1], 8):
            if not any(area[0] <= x <= area[2] and area[1] <= y + 8 and y <= area[3] for area in taken):
                draw.line((x, y, x, y + 8), fill=_INK)


@lru_cache(maxsize=32)
def _galley(face: Face, size: int) -> Image.Image:
    """Return lines of text as wide and long as any column: how much ink there is, in mode L."""
    galley = Image.new("L", (_MEASURE, _GALLEY), 0)
    draw, letters = ImageDraw.Draw(galley), font(face, size)
    text = " ".join(_texts())
    each = round(_MEASURE / letters.getlength("n") * 1.4)
    for number, y in enumerate(range(0, _GALLEY - size, round(size * 1.2))):
        start = number * each % (len(text) - each)
        draw.text((0, y), text[start : start + each], 235, letters)
    return galley


@lru_cache(maxsize=1)
def _texts() -> tuple[str, ...]:
    """Return the paragraphs of the press, in all its languages."""
    folder = files("estampe.press") / "texts"
    lines = [line for name in ("fr", "en", "de") for line in (folder / f"{name}.txt").read_text("utf-8").splitlines()]
    return tuple(line for line in lines if len(line.split()) > 5)


def _meet(one: Area, other: Area) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
