"""What hands and offices leave on paper: lines of writing, stamps."""

from __future__ import annotations

from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

Chance = np.random.Generator
Colour = tuple[int, int, int]

_STAMPS: Final = ((176, 44, 40), (60, 70, 130), (50, 50, 50), (110, 60, 90))


def ink(chance: Chance) -> Colour:
    """Return the colour of something to write or draw with: iron gall, sepia, pencil, blue, white."""
    inks = ((40, 34, 30), (70, 50, 36), (90, 90, 96), (30, 40, 80), (225, 222, 214))
    return inks[int(chance.choice(5, p=[0.4, 0.25, 0.15, 0.1, 0.1]))]


def write(chance: Chance, sheet: Image.Image, room: tuple[int, int, int, int]) -> None:
    """Write lines of a hand into a room: loops along a line, word by word."""
    left, top, right, bottom = room
    size = float(np.clip((bottom - top) / max(round(chance.uniform(1, 14)), 1), 5, 40))
    draw, colour, lean = ImageDraw.Draw(sheet), ink(chance), chance.uniform(-0.2, 0.7)
    y = top + size
    while y < bottom - size / 3:
        x = left + chance.uniform(0, size)
        end = right - chance.uniform(0, (right - left) * 0.3)
        while x < end:
            steps = int(chance.integers(12, 60))
            t = np.linspace(0, steps / 4.2, steps)
            tall = np.repeat(chance.choice([0.35, 0.4, 0.9, 1.0], steps // 4 + 1, p=[0.4, 0.3, 0.2, 0.1]), 4)[:steps]
            rise = size * tall * np.sin(t * 2.2) * 0.5
            along = x + t * size * 0.34 + lean * rise + size * 0.16 * np.cos(t * 2.2)
            draw.line(
                [(float(a), float(y - r)) for a, r in zip(along, rise, strict=True)],
                fill=colour,
                width=max(round(size / 14), 1),
            )
            x = float(along[-1]) + size * chance.uniform(0.4, 0.9)
        y += size * chance.uniform(1.1, 1.8)


def stamp(chance: Chance, sheet: Image.Image) -> None:
    """Stamp the mark of a library: a ring, an oval or a box with something in it."""
    side = max(round(min(sheet.size) * chance.uniform(0.03, 0.11)), 10)
    x, y = (int(chance.integers(0, max(length - side, 1))) for length in sheet.size)
    mark = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(mark)
    high = side if chance.random() < 0.5 else round(side * 0.7)
    outline = draw.ellipse if chance.random() < 0.75 else draw.rectangle
    outline((0, 0, side - 1, high - 1), outline=255, width=max(side // 16, 1))
    if chance.random() < 0.7:
        outline((side // 5, high // 5, side - side // 5, high - high // 5), outline=255, width=max(side // 24, 1))
    for row in range(2):
        draw.line(
            (side * 0.3, high * (0.42 + 0.16 * row), side * 0.7, high * (0.42 + 0.16 * row)),
            fill=255,
            width=max(side // 18, 1),
        )
    mark = mark.rotate(chance.uniform(-30, 30)).filter(ImageFilter.GaussianBlur(0.6))
    colour = _STAMPS[int(chance.integers(len(_STAMPS)))]
    sheet.paste(Image.new("RGB", mark.size, colour), (x, y), mark.point(lambda value: int(value * 0.8)))


def stamped(chance: Chance, page: Image.Image) -> Image.Image:
    """Return a page with a stamp or two, somewhere."""
    sheet = page.copy()
    for _ in range(int(chance.choice([1, 1, 2]))):
        stamp(chance, sheet)
    return sheet
