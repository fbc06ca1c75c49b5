"""A picture in another technique: as a screen, a burin, a knife, a pen, a pencil, a crayon or a brush renders it.

The classifier learns from them that a technique is not what is shown: a photograph printed with a screen stays a
photograph, one engraved by hand is a print. Tone is 0 (black) to 1 (white), rows by columns; so are results.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter, ImageOps

Tone = npt.NDArray[np.float32]
Ink = npt.NDArray[np.bool_]
Colour = tuple[int, int, int]
Chance = np.random.Generator
Technique = Literal["halftone", "engraving", "woodcut", "line block", "lithograph", "pencil", "pen", "wash"]

#: What each technique makes of a picture, by the classifier's classes: a screened photograph stays one.
CLASS_OF: dict[Technique, str] = {
    "halftone": "photograph",
    "engraving": "print",
    "woodcut": "print",
    "line block": "print",
    "lithograph": "print",
    "pencil": "drawing",
    "pen": "drawing",
    "wash": "drawing",
}


def tone_of(picture: Image.Image) -> Tone:
    """Return the tones of a picture, stretched from black to white."""
    grey = ImageOps.autocontrast(picture.convert("L"), cutoff=1)
    return np.asarray(grey, np.float32) / np.float32(255)


def blurred(tone: Tone, radius: float) -> Tone:
    """Return tones out of focus by a radius in pixels."""
    image = Image.fromarray(np.uint8(np.clip(tone, 0, 1) * 255)).filter(ImageFilter.GaussianBlur(radius))
    return np.asarray(image, np.float32) / np.float32(255)


def inked(tone: Tone, paper: Colour, ink: Colour) -> Image.Image:
    """Return tones as an ink on a paper, in mode RGB."""
    light = np.asarray(tone, np.float32)[..., None]
    return Image.fromarray(np.uint8(np.clip(np.array(ink) * (1 - light) + np.array(paper) * light, 0, 255)))


def rendered(picture: Image.Image, technique: Technique, chance: Chance, pitch: float | None = None) -> Tone:
    """Render a picture, of the same size.

    ``pitch`` is the distance of dots or lines in pixels, 2.5 to 7 unless given; ``chance`` decides the rest.
    """
    distance = float(pitch or chance.uniform(2.5, 7))
    return _RENDERINGS[technique](tone_of(picture), distance, chance)


# --- ink or none -------------------------------------------------------------------------------------


def _grid(tone: Tone) -> tuple[Tone, Tone]:
    height, width = tone.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return x, y


def screened(tone: Tone, pitch: float, degrees: float = 45) -> Ink:
    """Screen: dots that grow with darkness."""
    x, y = _grid(tone)
    turned = np.float32(np.radians(degrees))
    u = (x * np.cos(turned) + y * np.sin(turned)) * np.float32(np.pi / pitch)
    v = (x * np.sin(turned) - y * np.cos(turned)) * np.float32(np.pi / pitch)
    screen: Tone = (np.cos(2 * u) + np.cos(2 * v)) / 4 + 0.5
    return np.asarray(tone * 0.92 + 0.04 < screen)


def engraved(tone: Tone, pitch: float, slant: float = 0.25, across: float = -0.9) -> Ink:
    """Lines that follow the tones and swell with darkness, crossed where it is dark, as a burin cuts them."""
    x, y = _grid(tone)
    smooth = np.asarray(
        Image.fromarray((tone * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(pitch)), np.float32
    )
    first = np.sin((y + 0.05 * pitch * smooth / 8 + slant * x) * (2 * np.pi / pitch)) / 2 + 0.5
    second = np.sin((y + across * x) * (2 * np.pi / pitch)) / 2 + 0.5
    return np.asarray((first > 0.12 + tone * 0.95) | ((second > 0.35 + tone * 1.3) & (tone < 0.42)))


def line_block(tone: Tone) -> Ink:
    """Black and white alone: outlines and the darkest tones."""
    picture = Image.fromarray((tone * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1.6))
    edges = np.asarray(picture.filter(ImageFilter.FIND_EDGES), np.float32)
    edges[:3], edges[-3:], edges[:, :3], edges[:, -3:] = 0, 0, 0, 0
    return np.asarray((np.asarray(picture, np.float32) < 62) | (edges > 26))


def outlined(tone: Tone, width: float, threshold: float) -> Ink:
    """Contours so many pixels wide, where the tone falls by more than the threshold."""
    return np.asarray(blurred(tone, width * 0.7) - blurred(tone, width * 1.5) < -threshold)


# --- techniques --------------------------------------------------------------------------------------


def _soft(ink: Ink, chance: Chance) -> Tone:
    """Print ink on paper: it spreads a little, and is not wholly black."""
    return blurred(np.where(ink, np.float32(chance.uniform(0, 0.15)), np.float32(1)), chance.uniform(0.3, 0.8))


def _halftone(tone: Tone, pitch: float, chance: Chance) -> Tone:
    return _soft(screened(tone, pitch, float(chance.choice([45, 45, 30, 15, 60, 75]))), chance)


def _engraving(tone: Tone, pitch: float, chance: Chance) -> Tone:
    lines = engraved(blurred(tone, 0.6), pitch, float(chance.uniform(-0.9, 0.9)), float(chance.uniform(-1.5, 1.5)))
    return _soft(lines | outlined(tone, 1.5, 0.05), chance)


def _woodcut(tone: Tone, pitch: float, chance: Chance) -> Tone:
    """Few thick lines in the half tones, black shadows, strong outlines."""
    smooth = blurred(tone, pitch * 0.6)
    x, y = _grid(tone)
    way = chance.uniform(0, np.pi)
    wave = (x * np.cos(way) + y * np.sin(way) + 3 * pitch * blurred(tone, 3 * pitch)) / (1.6 * pitch)
    lines = np.abs(wave % 1 - 0.5) * 2 < np.clip(1.1 - 1.6 * smooth, 0, 1)
    shadows = smooth < chance.uniform(0.12, 0.28)
    return _soft(lines & (smooth < 0.6) | shadows | outlined(tone, pitch * 0.6, 0.04), chance)


def _line_block(tone: Tone, pitch: float, chance: Chance) -> Tone:
    return _soft(line_block(blurred(tone, pitch / 5)), chance)


def _grain(shape: tuple[int, ...], size: float, chance: Chance) -> Tone:
    """Return the grain of a paper or stone: 0 to 1, every value as frequent."""
    noise = blurred(chance.random(shape, dtype=np.float32), size)
    ranks = np.argsort(np.argsort(noise, axis=None)).reshape(noise.shape)
    return np.asarray(ranks / ranks.size, np.float32)


def _lithograph(tone: Tone, pitch: float, chance: Chance) -> Tone:
    """Crayon on grained stone: specks that crowd with darkness, within soft outlines."""
    grain = _grain(tone.shape, pitch / 6, chance)
    light = np.clip(tone * chance.uniform(1.0, 1.35), 0, 1)
    specks = np.clip((light - grain) * 4 + 0.5, 0, 1)
    return blurred(np.minimum(specks, 1 - 0.7 * outlined(tone, 2, 0.05)), chance.uniform(0.3, 0.9))


def _pencil(tone: Tone, pitch: float, chance: Chance) -> Tone:
    """Soft strokes along one way, caught by the paper's grain, and thin outlines; much stays bare."""
    veil = blurred(1 - tone, pitch * chance.uniform(1, 2.5))
    drawn = np.clip(tone / np.maximum(1 - veil, 0.05), 0, 1) ** np.float32(chance.uniform(1.5, 3.5))
    x, y = _grid(tone)
    way = chance.uniform(0, np.pi)
    strokes = np.sin(
        (x * np.cos(way) + y * np.sin(way)) * 2 * np.pi / pitch + 6 * _grain(tone.shape, pitch * 2, chance)
    )
    shade = np.clip((0.55 - blurred(tone, pitch)) * chance.uniform(0, 1.2), 0, 1) * (0.6 + 0.4 * strokes)
    grain = _grain(tone.shape, 0.8, chance)
    dark = np.clip((1 - drawn) + shade, 0, 1) * (0.5 + 0.7 * grain)
    return np.asarray(1 - np.clip(dark * chance.uniform(0.35, 0.9), 0, 1), np.float32)


def _pen(tone: Tone, pitch: float, chance: Chance) -> Tone:
    """Thin outlines, open hatching in the shadows."""
    x, y = _grid(tone)
    way = chance.uniform(0, np.pi)
    wave = (x * np.cos(way) + y * np.sin(way)) / (1.5 * pitch) + _grain(tone.shape, 4 * pitch, chance)
    hatch = (np.abs(wave % 1 - 0.5) < 0.1) & (blurred(tone, pitch) < chance.uniform(0.25, 0.5))
    ink = outlined(blurred(tone, 1.2), chance.uniform(0.9, 1.6), chance.uniform(0.025, 0.05)) | hatch
    faint = chance.uniform(0.1, 0.5)
    return blurred(np.where(ink, np.float32(faint), np.float32(1)), 0.5)


def _wash(tone: Tone, pitch: float, chance: Chance) -> Tone:
    """Brushed areas of a few tones with darker rims, over a thin outline."""
    steps = int(chance.integers(3, 6))
    smooth = blurred(tone, pitch)
    washed = blurred(np.round(smooth * steps) / np.float32(steps), 1.2)
    rims = np.clip(blurred(washed, 2) - washed, 0, 1) * -0.6
    grain = 0.92 + 0.08 * _grain(tone.shape, 1.2, chance)
    lines = np.float32(chance.uniform(0, 0.6)) * outlined(tone, 1.2, 0.04)
    lifted = chance.uniform(0.1, 0.4)
    brushed = (lifted + (1 - lifted) * washed + rims) * grain - lines
    return np.asarray(np.clip(brushed, 0, 1), np.float32)


_RENDERINGS: dict[Technique, Callable[[Tone, float, Chance], Tone]] = {
    "halftone": _halftone,
    "engraving": _engraving,
    "woodcut": _woodcut,
    "line block": _line_block,
    "lithograph": _lithograph,
    "pencil": _pencil,
    "pen": _pen,
    "wash": _wash,
}
