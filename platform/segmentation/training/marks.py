"""What hands and offices leave on paper: lines of writing, stamps."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, TypeVar

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from ...press.typesetting import font

Chance = np.random.Generator
Colour = tuple[int, int, int]
Area = tuple[int, int, int, int]

_STAMPS: Final = ((176, 44, 40), (200, 90, 70), (60, 70, 130), (50, 50, 50), (20, 20, 22), (110, 60, 90))
_NAMES: Final = (
    "BIBLIOTHEQUE NATIONALE * MSS *",
    "BIBLIOTHEQUE ROYALE *",
    "BIBLIOTHECA REGIA MONACENSIS",
    "EX LIBRIS * SEMINARIUM *",
    "BRITISH MUSEUM * ",
    "DEPOT LEGAL * SEINE * 1886 *",
    "BIBL. MAZARINE * ",
    "UNIVERSITAS * BIBLIOTHECA *",
)
#: How many stamps there are.
_DESIGNS: Final = 48

_T = TypeVar("_T")


def one_of(chance: Chance, things: Sequence[_T]) -> _T:
    """Return one of some things, each as likely as another."""
    return things[int(chance.integers(len(things)))]


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


def stamp(chance: Chance, sheet: Image.Image) -> Area:
    """Stamp the mark of a library: a ring, an oval or a box with letters round it and something in the middle.

    Returns its box: left, top, right, bottom.
    """
    side = max(round(min(sheet.size) * chance.uniform(0.04, 0.2)), 10)
    design = one_of(chance, _designs())
    mark = design.resize((side, max(round(side * design.height / design.width), 4)), Image.Resampling.BILINEAR)
    mark = mark.rotate(chance.normal(0, 15), Image.Resampling.BILINEAR, expand=True)
    mark = mark.crop(mark.getbbox())
    if chance.random() < 0.4:
        # One edge of the stamp had less ink.
        faint = np.linspace(chance.uniform(0, 0.6), 1, mark.width)[:: int(chance.choice([1, -1]))]
        mark = Image.fromarray((np.asarray(mark, np.float32) * faint).astype(np.uint8))
    x, y = (int(chance.integers(0, max(length - side, 1))) for length in sheet.size)
    strength = chance.uniform(0.45, 0.95)
    sheet.paste(one_of(chance, _STAMPS), (x, y), mark.point(lambda value: int(value * strength)))
    return x, y, min(x + mark.width, sheet.width), min(y + mark.height, sheet.height)


@lru_cache(maxsize=1)
def _designs() -> tuple[Image.Image, ...]:
    """Return stamps as they are cut, in mode L: how much ink there is."""
    chance = np.random.default_rng(1792)
    return tuple(_design(chance) for _ in range(_DESIGNS))


def _design(chance: Chance) -> Image.Image:
    side = 240
    high = side if chance.random() < 0.65 else round(side * chance.uniform(0.55, 0.8))
    mark = Image.new("L", (side, high), 0)
    draw = ImageDraw.Draw(mark)
    outline = draw.ellipse if chance.random() < 0.8 else draw.rectangle
    wide = int(chance.integers(4, 14))
    outline((2, 2, side - 3, high - 3), outline=255, width=wide)
    inner = chance.uniform(0.16, 0.24) * side
    if chance.random() < 0.7:
        outline((inner, inner, side - inner, high - inner), outline=255, width=max(wide // 2, 2))
    name = one_of(chance, _NAMES)
    letters = font("bold", round(inner - wide) if chance.random() < 0.8 else round(inner * 0.7))
    for place, letter in enumerate(name):
        angle = np.deg2rad(150 + 360 * place / len(name))
        tile = Image.new("L", (int(letters.size) + 8, int(letters.size) + 8), 0)
        ImageDraw.Draw(tile).text((tile.width / 2, tile.height / 2), letter, 255, letters, anchor="mm")
        tile = tile.rotate(-float(np.rad2deg(angle)) - 90, Image.Resampling.BILINEAR)
        reach = 0.5 * (1 - (inner + wide) / side)
        at = (side * (0.5 + reach * np.cos(angle)), high * (0.5 + reach * np.sin(angle)))
        mark.paste(255, (round(at[0] - tile.width / 2), round(at[1] - tile.height / 2)), tile)
    if chance.random() < 0.5:
        device = one_of(chance, ("RF", "BR", "BM", "N", "AR", "BI", "✠", "❦", "♔", "★"))
        draw.text((side / 2, high / 2), device, 255, font("display", round(high * 0.28)), anchor="mm")
    else:
        # An eagle, a crown, a coat of arms: from far it is a blot with a shape.
        blot = chance.normal(0, 1, (7, 4))
        half = np.concatenate([blot, blot[:, ::-1]], 1).astype(np.float32)
        size = round(high * chance.uniform(0.3, 0.48))
        tones = np.asarray(Image.fromarray(half).resize((size, size), Image.Resampling.BICUBIC))
        blot_ = Image.fromarray(np.uint8(np.where(tones > 0.1, 255, 0)))
        mark.paste(blot_, ((side - size) // 2, (high - size) // 2), blot_)
    return mark.filter(ImageFilter.GaussianBlur(1))
