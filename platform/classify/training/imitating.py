"""Sheets that collections hold and the data hardly do: drawings in colour, tinted prints, cartoons, covers.

Each is made of a real picture, for `lessons`. All are in mode RGB; `chance` decides papers, inks and strengths.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from ...press.renderings import Chance, Colour, Technique, Tone, blurred, inked, outlined, rendered, tone_of
from ...press.specimens import CHALKS, INKS, PAPERS, SIDE, TONED, lettered
from ...press.typesetting import Face

Field = npt.NDArray[np.float32]

#: Pigments, from earths to the colours of costume plates.
_PIGMENTS: tuple[Colour, ...] = (
    (186, 140, 90), (120, 84, 56), (150, 60, 45), (200, 60, 50), (225, 180, 90), (90, 120, 80), (60, 100, 90),
    (110, 150, 190), (50, 70, 130), (150, 120, 150), (215, 160, 150), (130, 130, 120), (70, 60, 60),
)  # fmt: skip
#: Papers of newspapers, as they have become.
_NEWSPRINT: tuple[Colour, ...] = ((205, 175, 130), (215, 195, 160), (190, 165, 125), (222, 212, 190), (198, 185, 160))
#: What drawings are pasted on.
_MOUNTS: tuple[Colour, ...] = (
    (150, 168, 175), (190, 200, 205), (238, 232, 218), (215, 200, 170), (120, 120, 125), (245, 245, 240),
    (170, 150, 125),
)  # fmt: skip
#: What is light and what is dark in old photographs.
_ALBUMEN: tuple[Colour, ...] = (
    (238, 222, 190), (228, 205, 165), (215, 190, 140), (242, 232, 212), (225, 215, 195), (200, 190, 170),
    (235, 235, 230),
)  # fmt: skip
_SILVER: tuple[Colour, ...] = (
    (70, 48, 34), (92, 60, 40), (110, 76, 46), (88, 42, 34), (60, 52, 40), (40, 38, 36), (64, 64, 66), (120, 96, 64),
)  # fmt: skip
_FACES: tuple[Face, ...] = ("display", "bold", "roman")
_WORDS = (
    "LA",
    "POLKA",
    "VALSE",
    "ALBUM",
    "CHANT",
    "QUADRILLE",
    "PARIS",
    "GUIDE",
    "REINE",
    "THEATRE",
    "ROMANCE",
    "MARCHE",
)


def _pick(values: tuple[Colour, ...], chance: Chance) -> Colour:
    return values[int(chance.integers(len(values)))]


def _clouds(shape: tuple[int, ...], cells: int, chance: Chance) -> Tone:
    """Return soft noise, 0 to 1, with so many cells along a side."""
    noise = Image.fromarray(np.uint8(chance.integers(0, 256, (cells, cells))))
    return np.asarray(noise.resize((shape[1], shape[0]), Image.Resampling.BICUBIC), np.float32) / np.float32(255)


def _image(field: npt.NDArray[np.floating[Any]]) -> Image.Image:
    return Image.fromarray(np.uint8(np.clip(field, 0, 1) * 255))


def coloured(tone: Tone, chance: Chance) -> Field:
    """Return colours for a picture of these tones, 0 to 1, (rows, columns, 3).

    Its lights, half tones and shadows each have a pigment, and so have a few parts of it; its lights are pale.
    """
    smooth = blurred(tone, max(1.0, min(tone.shape) / 90))
    ramp = np.array([_pick(_PIGMENTS, chance) for _ in range(3)], np.float32) / np.float32(255)
    ramp[0] *= np.float32(chance.uniform(0.3, 1))
    ramp[2] += (1 - ramp[2]) * np.float32(chance.uniform(0.5, 0.95))
    field = np.stack([np.interp(smooth, (0.1, 0.5, 0.9), ramp[:, channel]) for channel in range(3)], axis=2)
    for _ in range(int(chance.integers(1, 5))):
        part = np.clip((_clouds(tone.shape, int(chance.integers(3, 9)), chance) - chance.uniform(0.5, 0.75)) * 6, 0, 1)
        part *= np.clip((chance.uniform(0.6, 1.1) - smooth) * 4, 0, 1) * chance.uniform(0.3, 0.9)
        pigment = np.array(_pick(_PIGMENTS, chance), np.float32) / np.float32(255)
        field = field * (1 - part[..., None]) + pigment * part[..., None]
    if chance.random() < 0.4:  # a sky
        fall = np.linspace(1, 0, tone.shape[0], dtype=np.float32)[:, None]
        part = np.clip(fall * 2 - 1, 0, 1) * np.clip((smooth - 0.4) * 3, 0, 1) * chance.uniform(0.3, 0.9)
        sky = np.array((150, 180, 210) if chance.random() < 0.7 else (225, 205, 170), np.float32) / np.float32(255)
        field = field * (1 - part[..., None]) + sky * part[..., None]
    return np.asarray(field, np.float32)


def _on(paper: Colour, field: Field, chance: Chance) -> Image.Image:
    """Put what lets so much light through on a paper with a little grain."""
    grain = 1 - np.float32(chance.uniform(0, 0.06)) * chance.random(field.shape[:2], dtype=np.float32)[..., None]
    return _image(field * (np.array(paper, np.float32) / np.float32(255)) * grain)


def watercolour(picture: Image.Image, chance: Chance) -> Image.Image:
    """Transparent colours over pen or pencil on white or toned paper."""
    tone = tone_of(picture)
    washed = rendered(picture, "wash", chance)
    colours = coloured(tone, chance)
    field = colours * (0.35 + 0.65 * washed[..., None])
    if chance.random() < 0.7:
        technique: Technique = "pen" if chance.random() < 0.6 else "pencil"
        field = field * rendered(picture, technique, chance)[..., None]
    return _on(_pick(TONED, chance), np.maximum(field, np.float32(chance.uniform(0.05, 0.2))), chance)


def gouache(picture: Image.Image, chance: Chance) -> Image.Image:
    """Opaque colours in strokes, no paper left; dark now and then, or in tones of one colour alone."""
    painted = ImageOps.autocontrast(picture.convert("L"), cutoff=1).filter(ImageFilter.ModeFilter(5))
    tone = np.asarray(painted.filter(ImageFilter.MedianFilter(5)), np.float32) / np.float32(255)
    tone = tone ** np.float32(np.exp(chance.uniform(-0.3, 0.7)))
    strokes = 1 + np.float32(chance.uniform(0.05, 0.2)) * (_clouds(tone.shape, 90, chance) - np.float32(0.5))
    if chance.random() < 0.3:
        ink, paper = _pick(CHALKS, chance), _pick(TONED, chance)
        return inked(np.clip(tone * strokes, 0, 1), paper, ink)
    colours = coloured(tone, chance)
    return _image(colours * (0.2 + 0.8 * (tone * strokes)[..., None]))


def chalk(picture: Image.Image, chance: Chance) -> Image.Image:
    """Red, black, blue or brown chalk on toned paper, heightened with white now and then."""
    tone = rendered(picture, "pencil", chance)
    if chance.random() < 0.5:
        tone = np.minimum(tone, rendered(picture, "pen", chance))
    tone = np.clip(1 - (1 - tone) * chance.uniform(0.8, 1.6), 0, 1)
    sheet = inked(tone, paper := _pick(TONED, chance), _pick(CHALKS, chance))
    if chance.random() < 0.3:
        lights = np.clip((tone_of(picture) - chance.uniform(0.75, 0.92)) * 6, 0, 0.8)
        white = inked(1 - blurred(lights, 1.5), paper, (250, 248, 240))
        sheet = Image.composite(white, sheet, _image(blurred(lights, 1.5)))
    return sheet


def redrawn(picture: Image.Image, chance: Chance) -> Image.Image:
    """A real drawing in another ink on another paper: only its strokes stay."""
    grey = np.asarray(picture.convert("L"), np.float32)
    paper = (
        blurred(np.asarray(picture.convert("L").filter(ImageFilter.MaxFilter(9)), np.float32) / np.float32(255), 12)
        * 255
    )
    tone = np.clip(grey / np.maximum(paper, 1), 0, 1) ** np.float32(np.exp(chance.uniform(-0.3, 0.9)))
    stains = 1 - np.float32(0.12) * _clouds(tone.shape, 5, chance)
    sheet = inked(np.asarray(tone * stains, np.float32), _pick(TONED, chance), _pick(CHALKS, chance))
    return framed(sheet, chance) if chance.random() < 0.25 else sheet


def framed(picture: Image.Image, chance: Chance) -> Image.Image:
    """A drawing on its mount, within lines that were ruled round it."""
    gap, colour = int(chance.integers(2, 12)), _pick(_MOUNTS, chance)
    framing = ImageOps.expand(picture.convert("RGB"), gap, _pick(PAPERS, chance))
    for _ in range(int(chance.integers(1, 4))):
        framing = ImageOps.expand(framing, int(chance.integers(1, 3)), _pick(INKS, chance))
        framing = ImageOps.expand(framing, int(chance.integers(2, 14)), colour)
    return ImageOps.expand(framing, round(max(framing.size) * chance.uniform(0.02, 0.2)), colour)


def cartoon(picture: Image.Image, chance: Chance) -> Image.Image:
    """Thick outlines, black areas and a few hatched ones, with a word beside them, on a newspaper's paper."""
    tone = tone_of(picture)
    smooth = blurred(tone, chance.uniform(1.5, 4))
    width = chance.uniform(1.4, 3)
    ink = outlined(smooth, width, chance.uniform(0.012, 0.03)) | (smooth < chance.uniform(0.08, 0.3))
    y, x = np.mgrid[0 : tone.shape[0], 0 : tone.shape[1]].astype(np.float32)
    way, pitch = chance.uniform(0, np.pi), chance.uniform(6, 14)
    wave = ((x * np.cos(way) + y * np.sin(way)) / pitch + 2 * _clouds(tone.shape, 6, chance)) % 1
    ink |= (wave < chance.uniform(0.15, 0.4)) & (smooth < chance.uniform(0.3, 0.5))
    paper = _pick(_NEWSPRINT, chance)
    printed = blurred(np.where(ink, np.float32(chance.uniform(0.02, 0.2)), np.float32(1)), chance.uniform(0.5, 1.2))
    fibres = 1 - np.float32(chance.uniform(0.03, 0.15)) * _clouds(tone.shape, 160, chance)
    sheet = inked(np.asarray(printed * fibres, np.float32), paper, (30, 26, 24))
    if chance.random() < 0.4:
        draw = ImageDraw.Draw(sheet)
        edge = int(chance.integers(2, 8))
        draw.rectangle((edge, edge, sheet.width - edge, sheet.height - edge), outline=(30, 26, 24), width=edge // 2)
    if chance.random() < 0.4:
        word = lettered(
            _WORDS[int(chance.integers(len(_WORDS)))],
            (round(sheet.width * chance.uniform(0.15, 0.4)), round(sheet.height * 0.06)),
            "display",
            (30, 26, 24),
            chance,
        )
        sheet.paste(word, (int(chance.integers(0, sheet.width - word.width)), int(sheet.height * 0.05)), word)
    return sheet


def coloured_print(picture: Image.Image, chance: Chance) -> Image.Image:
    """A lithograph in colours: printed from several stones, or washed by hand over black, background left bare."""
    tone = tone_of(picture)
    techniques: tuple[Technique, ...] = ("lithograph", "lithograph", "engraving", "pen")
    technique = techniques[int(chance.integers(4))]
    black = rendered(picture, technique, chance)[..., None]
    colours = coloured(tone, chance)
    if chance.random() < 0.5:
        bare = np.clip((blurred(tone, 4) - chance.uniform(0.5, 0.75)) * 5, 0, 1)[..., None]
        colours = colours * (1 - bare) + bare
    return _on(_pick(PAPERS, chance), colours * (0.25 + 0.75 * black), chance)


def tinted_print(picture: Image.Image, chance: Chance) -> Image.Image:
    """A lithograph with a tint printed over all but its lights; paler towards its edges now and then."""
    crayon = rendered(picture, "lithograph", chance, chance.uniform(2.5, 4.5))
    if chance.random() < 0.6:  # in soft tones, as a fine grain looks from afar
        share = np.float32(chance.uniform(0.3, 0.8))
        crayon = np.asarray(crayon * (1 - share) + blurred(tone_of(picture), 1.2) * share, np.float32)
    lights = np.clip((tone_of(picture) - chance.uniform(0.8, 0.95)) * 8, 0, 1)[..., None]
    tint = np.array(_pick(((225, 200, 165), (215, 205, 190), (200, 185, 160), (190, 200, 200)), chance)) / 255
    if chance.random() < 0.35:  # a vignette
        height, width = crayon.shape
        y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
        fading = np.clip((x**2 + y**2 - chance.uniform(0.4, 0.7)) * 2.5, 0, 1).astype(np.float32)
        crayon, lights = crayon * (1 - fading) + fading, np.maximum(lights, fading[..., None])
    dark = np.float32(chance.uniform(0.05, 0.3))
    field = (dark + (1 - dark) * crayon)[..., None] * (lights + (1 - lights) * tint)
    return _on(_pick(PAPERS, chance), field.astype(np.float32), chance)


def faded(picture: Image.Image, chance: Chance) -> Image.Image:
    """A photograph of an album: brown, yellowed or grey, paler than it was, lying on its side now and then."""
    tone = blurred(tone_of(picture), chance.uniform(0, 1.2)) ** np.float32(np.exp(chance.uniform(-0.7, 0.5)))
    height, width = tone.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    fading = np.clip((np.maximum(abs(x), abs(y)) - chance.uniform(0.4, 0.9)) * 2, 0, 1).astype(np.float32)
    fading = fading * np.float32(chance.uniform(0, 0.6)) + np.float32(chance.uniform(0, 0.35))
    tone = np.asarray(tone * (1 - fading) + fading, np.float32)
    sheet = inked(tone, _pick(_ALBUMEN, chance), _pick(_SILVER, chance))
    if chance.random() < 0.5:  # a strip of the leaf that it is pasted on
        sheet = ImageOps.expand(sheet, round(max(sheet.size) * chance.uniform(0.005, 0.04)), _pick(_MOUNTS, chance))
    ways = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270, Image.Transpose.ROTATE_180)
    return sheet.transpose(ways[int(chance.integers(3))]) if chance.random() < 0.4 else sheet


def faint(picture: Image.Image, chance: Chance) -> Image.Image:
    """A sketch in few thin lines that hardly stand out from the paper, here and there shaded."""
    tone = tone_of(picture)
    drawn = outlined(blurred(tone, chance.uniform(1, 3)), chance.uniform(0.9, 1.8), 0.02)
    lines = blurred(np.asarray(drawn, np.float32), chance.uniform(0.4, 1))
    some = np.clip(_clouds(tone.shape, int(chance.integers(3, 8)), chance) * 2 - chance.uniform(0, 0.7), 0, 1)
    shade = np.clip(chance.uniform(0.2, 0.5) - blurred(tone, 3), 0, 1) * np.float32(chance.uniform(0, 0.8))
    tooth = 1 - np.float32(chance.uniform(0.2, 0.6)) * chance.random(tone.shape, dtype=np.float32)
    ink = np.clip(lines + shade, 0, 1) * some * blurred(tooth, 0.6) * np.float32(chance.uniform(0.2, 0.6))
    stains = 1 - np.float32(chance.uniform(0, 0.1)) * _clouds(tone.shape, 5, chance)
    return inked(np.asarray((1 - ink) * stains, np.float32), _pick(TONED, chance), _pick(CHALKS, chance))


def cover(picture: Image.Image, chance: Chance) -> Image.Image:
    """A cover: a large picture on pale or coloured paper, and a title in large letters, arched or straight."""
    short = round(SIDE * chance.uniform(0.68, 0.82))
    size = (short, SIDE) if chance.random() < 0.75 else (SIDE, short)
    sheet = Image.new("RGB", size, _pick((*PAPERS, (235, 220, 130), (90, 165, 130), (180, 165, 130)), chance))
    inner = ImageOps.contain(
        picture.convert("RGB"), (round(size[0] * chance.uniform(0.6, 0.95)), round(size[1] * 0.62))
    )
    top = round((size[1] - inner.height) * chance.uniform(0.35, 0.6))
    paper = np.array(sheet.getpixel((0, 0)), np.float32) / np.float32(255)
    light = np.asarray(ImageOps.autocontrast(inner, cutoff=2), np.float32) / np.float32(255)
    sheet.paste(_image(light * paper), ((size[0] - inner.width) // 2, top))
    ink = _pick(INKS[:2] if chance.random() < 0.8 else INKS, chance)
    zones = [(0.02 * size[1], top), (top + inner.height, 0.97 * size[1])]
    for number, (start, end) in enumerate(zones):
        if number and chance.random() < 0.25:
            continue
        y = start
        for _ in range(int(chance.integers(1, 5))):
            high = round(min((end - start) * chance.uniform(0.2, 0.6), 52))
            if high < 5 or y + high > end:
                break
            count = int(chance.integers(1, 4))
            words = " ".join(_WORDS[int(place)] for place in chance.integers(0, len(_WORDS), count))
            wide = min(round(size[0] * 0.9), round(len(words) * high * chance.uniform(0.45, 0.9)))
            line = lettered(words, (wide, high), _FACES[int(chance.integers(3))], ink, chance)
            line = _arched(line, chance) if high > 16 and chance.random() < 0.3 else line
            sheet.paste(line, ((size[0] - line.width) // 2, round(y)), line)
            y += line.height * chance.uniform(1.05, 1.4)
    return sheet


def _arched(line: Image.Image, chance: Chance) -> Image.Image:
    """Bend a line of letters upwards in the middle."""
    pixels = np.asarray(line)
    rise = round(line.height * chance.uniform(0.4, 1))
    bent = np.zeros((line.height + rise, line.width, 4), np.uint8)
    bent[..., :3] = pixels[0, 0, :3]
    for x in range(line.width):
        down = round(rise * (2 * x / line.width - 1) ** 2)
        bent[down : down + line.height, x] = pixels[:, x]
    return Image.fromarray(bent)
