"""Specimens of sheets that a collection holds too few of, drawn on the spot: mounted pictures, posters, plans, text.

All are about as large as pictures are when they are looked at (`SIDE` pixels the longer side), in mode RGB.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TypeVar

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from .renderings import Chance, Colour
from .typesetting import Face, font

#: The longer side of a sheet, in pixels.
SIDE = 512
_FACES: tuple[Face, ...] = ("roman", "bold", "italic", "display")
#: Papers of books and albums, and the strong colours of covers and posters.
PAPERS: tuple[Colour, ...] = (
    (250, 247, 240),
    (240, 232, 214),
    (226, 214, 188),
    (214, 212, 205),
    (200, 180, 150),
    (255, 255, 255),
)
_COLOURS: tuple[Colour, ...] = (
    (186, 88, 58), (70, 150, 120), (235, 205, 60), (210, 90, 60), (120, 160, 190), (240, 180, 190), (230, 225, 200),
    (150, 60, 60), (90, 110, 80), (225, 170, 110),
)  # fmt: skip
INKS: tuple[Colour, ...] = ((20, 18, 16), (45, 35, 28), (30, 40, 80), (130, 30, 30), (25, 70, 60))

#: Papers that one draws on, and what one draws with.
TONED: tuple[Colour, ...] = (*PAPERS, (205, 180, 140), (190, 195, 200), (215, 190, 150))
CHALKS: tuple[Colour, ...] = (*INKS, (150, 60, 40), (90, 80, 70), (70, 90, 150))

_T = TypeVar("_T")


def _pick(values: tuple[_T, ...], chance: Chance) -> _T:
    return values[int(chance.integers(len(values)))]


def _shape(chance: Chance, low: float = 0.65, high: float = 0.85) -> tuple[int, int]:
    short = round(SIDE * chance.uniform(low, high))
    return (short, SIDE) if chance.random() < 0.6 else (SIDE, short)


def _words(chance: Chance) -> list[str]:
    language = _pick(("fr", "en", "de"), chance)
    words = (files("estampe.press") / "texts" / f"{language}.txt").read_text("utf-8").split()
    start = int(chance.integers(0, max(1, len(words) - 400)))
    return words[start : start + 400]


def _paper(size: tuple[int, int], colour: Colour, chance: Chance) -> Image.Image:
    """Paper with soft stains and a little noise."""
    stains = Image.fromarray(np.uint8(chance.integers(0, 256, (6, 6)))).resize(size, Image.Resampling.BICUBIC)
    light = 1 - np.asarray(stains, np.float32)[..., None] / 255 * chance.uniform(0, 0.12)
    noise = chance.normal(0, 2, (size[1], size[0], 1))
    return Image.fromarray(np.uint8(np.clip(np.array(colour) * light + noise, 0, 255)))


def _column(
    draw: ImageDraw.ImageDraw,
    words: list[str],
    area: tuple[float, float, float, float],
    size: int,
    face: Face,
    ink: Colour,
) -> None:
    """Fill an area (left, top, right, bottom) with lines of text, as far as the words go."""
    left, top, right, bottom = area
    letters, line, y, left_over = font(face, size), "", top, list(words)
    while left_over and y + size < bottom:
        while left_over and letters.getlength(f"{line} {left_over[0]}") <= right - left:
            line = f"{line} {left_over.pop(0)}".strip()
        if not line:
            line = left_over.pop(0)[:3]
        draw.text((left, y), line, ink, letters)
        line, y = "", y + size * 1.25


def lettered(text: str, box: tuple[int, int], face: Face, ink: Colour, chance: Chance) -> Image.Image:
    """Return a line of large letters squeezed or stretched into a box, in mode RGBA: plain, outlined or shadowed."""
    letters = font(face, 96)
    left, top, right, bottom = (int(edge) for edge in letters.getbbox(text))
    image = Image.new("RGBA", (max(8, right - left + 16), max(8, bottom - top + 16)), (*ink, 0))
    draw, at = ImageDraw.Draw(image), (8 - left, 8 - top)
    style = chance.random()
    if style < 0.2:
        draw.text((at[0] + 6, at[1] + 6), text, (*_pick(_COLOURS, chance), 255), letters)
    if style > 0.85:
        draw.text(at, text, (*_pick(_COLOURS, chance), 255), letters, stroke_width=5, stroke_fill=(*ink, 255))
    else:
        draw.text(at, text, (*ink, 255), letters)
    return image.resize((max(4, box[0]), max(4, box[1])), Image.Resampling.BICUBIC)


def text_page(chance: Chance) -> Image.Image:
    """A page of text: columns of small type, or a title page with centred lines; on paper or coloured card."""
    size = _shape(chance)
    card = chance.random() < 0.3
    paper = _paper(size, _pick(_COLOURS if card else PAPERS, chance), chance)
    draw, ink, words = ImageDraw.Draw(paper), _pick(INKS, chance), _words(chance)
    margin = chance.uniform(0.05, 0.16) * size[0]
    if chance.random() < 0.35:
        _title_page(draw, words, size, ink, chance)
        return paper
    if chance.random() < 0.4:
        title = " ".join(words[:2]).upper()
        line = lettered(
            title, (round(size[0] * chance.uniform(0.3, 0.6)), round(chance.uniform(10, 24))), "roman", ink, chance
        )
        paper.paste(line, ((size[0] - line.width) // 2, round(margin * 0.8)), line)
    columns, letters = int(chance.integers(1, 4)), int(chance.integers(6, 14))
    width = (size[0] - 2 * margin - 12 * (columns - 1)) / columns
    top, bottom = margin * 1.4 + chance.uniform(0, 30), size[1] - margin * chance.uniform(0.6, 2.5)
    for number in range(columns):
        left = margin + number * (width + 12)
        _column(draw, words[number * 60 :], (left, top, left + width, bottom), letters, _pick(_FACES[:3], chance), ink)
    return paper


def _title_page(
    draw: ImageDraw.ImageDraw, words: list[str], size: tuple[int, int], ink: Colour, chance: Chance
) -> None:
    """Centred lines of several sizes, in a frame now and then."""
    if chance.random() < 0.4:
        edge = size[0] * chance.uniform(0.04, 0.1)
        draw.rectangle((edge, edge, size[0] - edge, size[1] - edge), outline=ink, width=int(chance.integers(1, 4)))
    y = size[1] * chance.uniform(0.1, 0.25)
    while y < size[1] * 0.85 and words:
        letters = font(_pick(_FACES, chance), int(chance.choice([8, 9, 10, 12, 15, 20, 26])))
        count = int(chance.integers(1, 6))
        line, words = " ".join(words[:count]), words[count:]
        line = line.upper() if chance.random() < 0.4 else line
        if letters.getlength(line) < size[0] * 0.8:
            draw.text((size[0] / 2, y), line, ink, letters, anchor="mt")
            y += letters.size * chance.uniform(1.2, 2.8)


def mounted(picture: Image.Image, chance: Chance, *, caption: bool = True) -> Image.Image:
    """A picture on the sheet it was printed or pasted on, with the lines beneath that tell about it."""
    size = _shape(chance)
    paper = _paper(size, _pick(PAPERS, chance), chance)
    room = (round(size[0] * chance.uniform(0.5, 0.9)), round(size[1] * chance.uniform(0.5, 0.82)))
    inner = ImageOps.contain(picture.convert("RGB"), room)
    left = round((size[0] - inner.width) / 2 + chance.uniform(-0.03, 0.03) * size[0])
    top = round((size[1] - inner.height) * chance.uniform(0.2, 0.5))
    draw, ink = ImageDraw.Draw(paper), _pick(INKS, chance)
    paper.paste(inner, (left, top))
    if chance.random() < 0.3:
        gap = int(chance.integers(2, 8))
        draw.rectangle((left - gap, top - gap, left + inner.width + gap, top + inner.height + gap), outline=ink)
    if caption:
        letters, lines = int(chance.integers(6, 12)), int(chance.integers(1, 8))
        bottom = min(size[1] - 8.0, top + inner.height + 8 + lines * letters * 1.3)
        words = _words(chance)[: int(chance.integers(3, 90))]
        _column(
            draw,
            words,
            (left, top + inner.height + 8, left + inner.width, bottom),
            letters,
            _pick(_FACES[:3], chance),
            ink,
        )
    if chance.random() < 0.3:
        draw.text((size[0] / 2, top / 2), " ".join(_words(chance)[:3]).upper(), ink, font("roman", 11), anchor="mm")
    return paper


def poster(picture: Image.Image | None, chance: Chance) -> Image.Image:
    """Large letters in several lines round a picture, or alone, on white or coloured paper."""
    size = _shape(chance, 0.65, 0.78)
    coloured = chance.random() < 0.65
    sheet = _paper(size, _pick(_COLOURS if coloured else PAPERS, chance), chance)
    words = [word.strip(".,;:»«!?()") for word in _words(chance)]
    words = [word for word in words if len(word) > 3] or ["AFFICHE"]
    room = 0.0 if picture is None else chance.uniform(0.35, 0.6)
    top = round(size[1] * chance.uniform(0.08, (0.75 - room) * 0.8 + 0.08))
    if picture is not None:
        inner = ImageOps.contain(
            picture.convert("RGB"), (round(size[0] * chance.uniform(0.6, 1)), round(size[1] * room))
        )
        if coloured and chance.random() < 0.6:  # printed on the colour of the paper
            light = np.asarray(inner.convert("L"), np.float32)[..., None] / 255
            inner = Image.fromarray(np.uint8(light * np.array(sheet.getpixel((3, 3)))))
        sheet.paste(inner, ((size[0] - inner.width) // 2, top))
        zones = [(4, top), (top + inner.height, size[1] - 4)]
    else:
        zones = [(4, size[1] - 4)]
    inks = [_pick(INKS, chance), _pick(INKS + _COLOURS if chance.random() < 0.5 else INKS, chance)]
    for start, end in zones:
        _display(sheet, words, (start, end), inks, chance)
    if chance.random() < 0.25:
        sheet = ImageOps.expand(sheet, int(chance.integers(4, 14)), _pick(INKS + _COLOURS, chance)).resize(size)
    return sheet


def _display(sheet: Image.Image, words: list[str], zone: tuple[int, int], inks: list[Colour], chance: Chance) -> None:
    """Set lines between two heights of a sheet, each as large as it pleases."""
    y, end = zone
    while y < end - 8:
        high = min(round(chance.choice([9, 11, 14, 22, 34, 48, 64])), end - y - 2)
        count = 1 if high > 20 else int(chance.integers(1, 4))
        start = int(chance.integers(max(1, len(words) - count)))
        text = " ".join(words[start : start + count])
        text = text.upper() if chance.random() < 0.75 else text
        wide = min(sheet.width - 16, round(len(text) * high * chance.uniform(0.35, 0.8)))
        line = lettered(text, (wide, high), _pick(_FACES, chance), inks[int(high < 20)], chance)
        sheet.paste(line, ((sheet.width - line.width) // 2, y), line)
        y += round(high * chance.uniform(1.1, 1.6))


def plan(chance: Chance) -> Image.Image:
    """A plan or an elevation: walls, doors, stairs, washes; turned on black now and then, as a cut-out is."""
    size = _shape(chance, 0.5, 0.9)
    sheet = _paper(size, _pick((*PAPERS, (236, 200, 170), (240, 205, 200), (176, 152, 130)), chance), chance)
    draw = ImageDraw.Draw(sheet)
    ink = _pick((*INKS, (90, 80, 75), (150, 140, 130), (190, 70, 60)), chance)
    wash = _pick(((240, 200, 195), (225, 190, 150), (200, 210, 190), (230, 225, 215), (205, 120, 110)), chance)
    edge = size[0] * chance.uniform(0.06, 0.2)
    area = (edge, edge, size[0] - edge, size[1] - edge)
    if chance.random() < 0.65:
        wall = float(chance.uniform(1, 5))
        draw.rectangle(area, fill=wash if chance.random() < 0.6 else None, outline=ink, width=round(wall * 1.5))
        _rooms(draw, area, 0, wall, ink, chance)
    else:
        _elevation(draw, area, ink, wash, chance)
    for _ in range(int(chance.integers(0, 7))):
        at = (chance.uniform(0.02, 0.7) * size[0], chance.choice([0.02, 0.93]) * size[1])
        draw.text(at, " ".join(_words(chance)[:3]), ink, font("italic", int(chance.integers(7, 13))))
    if chance.random() < 0.35:
        dark = (0, 0, 0) if chance.random() < 0.7 else _pick(PAPERS, chance)
        sheet = sheet.rotate(chance.uniform(-40, 40), Image.Resampling.BICUBIC, expand=True, fillcolor=dark)
        sheet = ImageOps.contain(sheet, (SIDE, SIDE))
    return sheet


def _rooms(
    draw: ImageDraw.ImageDraw,
    area: tuple[float, float, float, float],
    depth: int,
    wall: float,
    ink: Colour,
    chance: Chance,
) -> None:
    """Divide an area into rooms, with a door in every wall, and stairs or a hatch in a few."""
    left, top, right, bottom = area
    wide, high = right - left, bottom - top
    if depth > 4 or min(wide, high) < 30 or (depth > 1 and chance.random() < 0.2):
        _furnish(draw, area, ink, chance)
        return
    share, door = chance.uniform(0.3, 0.7), chance.uniform(0.1, 0.8)
    if wide > high:
        x = left + share * wide
        draw.line((x, top, x, top + door * high), ink, round(wall))
        draw.line((x, min(bottom, top + door * high + 10), x, bottom), ink, round(wall))
        halves = [(left, top, x, bottom), (x, top, right, bottom)]
    else:
        y = top + share * high
        draw.line((left, y, left + door * wide, y), ink, round(wall))
        draw.line((min(right, left + door * wide + 10), y, right, y), ink, round(wall))
        halves = [(left, top, right, y), (left, y, right, bottom)]
    for half in halves:
        _rooms(draw, half, depth + 1, wall, ink, chance)


def _furnish(draw: ImageDraw.ImageDraw, area: tuple[float, float, float, float], ink: Colour, chance: Chance) -> None:
    left, top, right, bottom = area
    what = chance.random()
    if what < 0.12:
        for x in np.arange(left, right, chance.uniform(3, 7)):
            draw.line((x, top, x, bottom), ink)
    elif what < 0.2:
        radius = min(right - left, bottom - top) / 3
        middle = ((left + right) / 2, (top + bottom) / 2)
        for turn in np.arange(0, 2 * np.pi, 0.4):
            draw.line((*middle, middle[0] + radius * np.cos(turn), middle[1] + radius * np.sin(turn)), ink)
    elif what < 0.45:
        draw.text((left + 5, top + 5), _words(chance)[0], ink, font("italic", 9))
    elif what < 0.55:
        for x in np.arange(left + 6, right - 4, 14):
            draw.rectangle((x, top + 4, x + 3, top + 7), fill=ink)


def _elevation(
    draw: ImageDraw.ImageDraw, area: tuple[float, float, float, float], ink: Colour, wash: Colour, chance: Chance
) -> None:
    """A front seen straight: storeys of like windows, a cornice, a roof, dimension lines."""
    left, top, right, bottom = area
    storeys, bays = int(chance.integers(1, 5)), int(chance.integers(3, 12))
    eaves = top + (bottom - top) * chance.uniform(0.1, 0.35)
    if chance.random() < 0.5:
        draw.rectangle((left, eaves, right, bottom), fill=wash)
    draw.rectangle((left, eaves, right, bottom), outline=ink)
    draw.polygon([(left, eaves), ((left + right) / 2, top), (right, eaves)], outline=ink)
    wide, high = (right - left) / bays, (bottom - eaves) / storeys
    arched = chance.random() < 0.4
    for row in range(storeys):
        y = eaves + row * high
        draw.line((left, y, right, y), ink)
        for bay in range(bays):
            x = left + bay * wide
            window = (x + wide * 0.28, y + high * 0.2, x + wide * 0.72, y + high * 0.85)
            draw.rectangle(window, outline=ink, fill=ink if chance.random() < 0.05 else None)
            if arched:
                draw.arc((window[0], y + high * 0.05, window[2], y + high * 0.4), 180, 360, ink)
            draw.line(((window[0] + window[2]) / 2, window[1], (window[0] + window[2]) / 2, window[3]), ink)
    y = bottom + 8
    draw.line((left, y, right, y), ink)
    for bay in range(bays + 1):
        draw.line((left + bay * wide, y - 3, left + bay * wide, y + 3), ink)
