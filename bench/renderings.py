"""The same picture in another printing: the renderings that reproductions are measured on.

Frozen on the day it was written, before any descriptor or threshold was tuned, and never changed since: what is
measured on it could otherwise be made easier to find. What a model learns from is rendered by another script
(`estampe.press`). Each rendering depends on the picture, its name and its kind alone.

    python -m bench.renderings FOLDER PICTURE…     writes every kind of the pictures given, to be looked at
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter, ImageOps

#: Tone or ink coverage, 0 to 1, rows by columns.
Plane = npt.NDArray[np.float32]
Chance = np.random.Generator

# The plate that is printed, and the photograph of the print, by their longer side in pixels.
_PLATE = 1600
_PHOTOGRAPH = (420, 680)


def rendered(picture: Image.Image, kind: str, name: str) -> Image.Image:
    """Return a picture in another printing, in mode RGB; ``name`` is its own and seeds what is left to chance."""
    seed = hashlib.sha256(f"{kind}|{name}".encode()).digest()
    chance = np.random.default_rng(int.from_bytes(seed[:8], "big"))
    return _KINDS[kind](picture.convert("RGB"), chance)


# --- on the way: cutting, turning, photographing -----------------------------------------------------


def _cut(picture: Image.Image, chance: Chance, area: tuple[float, float], turn: float) -> Image.Image:
    """Cut a part of so much of the area, turned by up to so many degrees, from anywhere inside."""
    share = chance.uniform(*area)
    across = float(np.clip(np.sqrt(share) * chance.uniform(0.88, 1.14), share / 0.97, 0.97))
    width, height = picture.width * across, picture.height * share / across
    angle = np.radians(chance.uniform(-turn, turn))
    cosine, sine = float(np.cos(angle)), float(np.sin(angle))
    # How far the turned part reaches from its middle: it stays inside where it can.
    reach_x = (width * abs(cosine) + height * abs(sine)) / 2
    reach_y = (width * abs(sine) + height * abs(cosine)) / 2
    x, y = (
        chance.uniform(reach, whole - reach) if whole > 2 * reach else whole / 2
        for reach, whole in ((reach_x, picture.width), (reach_y, picture.height))
    )
    edge = np.asarray(picture.resize((8, 8), Image.Resampling.BOX), np.float32)
    outside = tuple(int(value) for value in np.median(edge.reshape(-1, 3), axis=0))
    way = (
        cosine, -sine, x - cosine * width / 2 + sine * height / 2,
        sine, cosine, y - sine * width / 2 - cosine * height / 2,
    )  # fmt: skip
    size = (round(width), round(height))
    return picture.transform(size, Image.Transform.AFFINE, way, Image.Resampling.BICUBIC, fillcolor=outside)


def _sized(picture: Image.Image, side: int) -> Image.Image:
    """Scale to a longer side in pixels."""
    scale = side / max(picture.size)
    size = (max(16, round(picture.width * scale)), max(16, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.LANCZOS)


def _compressed(picture: Image.Image, quality: int) -> Image.Image:
    picture.save(file := BytesIO(), format="jpeg", quality=quality)
    with Image.open(file) as again:
        return again.convert("RGB")


def _tone(picture: Image.Image, chance: Chance) -> Plane:
    """Return the tones of the plate that is made of a picture: reframed a little, stretched, lighter or darker."""
    framed = _cut(picture, chance, (0.92, 0.995), 1.5)
    grey = ImageOps.autocontrast(_sized(framed, _PLATE).convert("L"), cutoff=1)
    tone = np.asarray(grey, np.float32) / np.float32(255)
    return tone ** np.float32(np.exp(chance.uniform(-0.3, 0.3)))


def _blurred(plane: Plane, radius: float) -> Plane:
    image = Image.fromarray(np.uint8(np.clip(plane, 0, 1) * 255))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(radius)), np.float32) / np.float32(255)


def _photographed(ink: Plane, chance: Chance) -> Image.Image:
    """Print ink (1: full) on paper and photograph it: spread, unevenly lit, at a finite resolution, noisy."""
    side = int(chance.integers(_PHOTOGRAPH[0], _PHOTOGRAPH[1] + 1))
    height, width = ink.shape
    scale = side / max(height, width)
    spread = _blurred(ink, chance.uniform(0.3, 0.6) / scale)
    image = Image.fromarray(np.uint8(spread * 255))
    image = image.resize((round(width * scale), round(height * scale)), Image.Resampling.BICUBIC)
    covered = np.asarray(image, np.float32)[..., None] / 255
    yellowed = chance.uniform(0, 1)
    paper = np.array([1.0, 1 - 0.06 * yellowed, 1 - 0.2 * yellowed]) * chance.uniform(0.82, 0.99)
    black = np.array([1.0, 0.97, 0.92]) * chance.uniform(0.04, 0.25)
    light = np.linspace(1, chance.uniform(0.85, 1.0), covered.shape[1])[None, :, None]
    seen = (paper * (1 - covered) + black * covered) * light + chance.normal(0, 0.02, covered.shape)
    return _compressed(Image.fromarray(np.uint8(np.clip(seen, 0, 1) * 255)), int(chance.integers(55, 88)))


# --- the kinds ---------------------------------------------------------------------------------------


def _crop(picture: Image.Image, chance: Chance) -> Image.Image:
    part = _cut(picture, chance, (0.5, 0.8), 5)
    return _compressed(_sized(part, int(max(part.size) * chance.uniform(0.6, 1.2))), int(chance.integers(50, 88)))


def _mirrored(picture: Image.Image, chance: Chance) -> Image.Image:
    part = _cut(ImageOps.mirror(picture), chance, (0.92, 0.995), 1.5)
    return _compressed(_sized(part, int(max(part.size) * chance.uniform(0.6, 1.2))), int(chance.integers(50, 88)))


def _toned(picture: Image.Image, chance: Chance) -> Image.Image:
    """Sepia, cyanotype or faded; lighter or darker; with less contrast."""
    tone = _tone(picture, chance)
    dark, light = (
        ((45, 28, 15), (245, 225, 190)),
        ((15, 35, 80), (225, 238, 245)),
        ((95, 85, 70), (225, 210, 180)),
        ((20, 20, 20), (255, 255, 255)),
    )[int(chance.integers(4))]
    coloured = np.array(dark) + (np.array(light) - np.array(dark)) * tone[..., None]
    image = Image.fromarray(np.uint8(coloured))
    return _compressed(_sized(image, int(chance.integers(*_PHOTOGRAPH))), int(chance.integers(50, 88)))


def _halftone(picture: Image.Image, chance: Chance) -> Image.Image:
    """A screen of round dots: 75 to 190 across the longer side, at any usual angle."""
    tone = _tone(picture, chance)
    pitch = _PLATE / chance.uniform(75, 190)
    angle = np.radians(chance.choice([15, 30, 45, 45, 45, 60, 75]) + chance.uniform(-2, 2))
    y, x = np.indices(tone.shape, dtype=np.float32)
    along = (x * np.cos(angle) + y * np.sin(angle)) * (2 * np.pi / pitch)
    across = (y * np.cos(angle) - x * np.sin(angle)) * (2 * np.pi / pitch)
    screen = 0.5 + 0.25 * (np.cos(along) + np.cos(across))
    # A screen has no dots smaller or larger than so; it sees no detail finer than its pitch either.
    lowest = chance.uniform(0.02, 0.08)
    darkness = lowest + (1 - 2 * lowest) * (1 - _blurred(tone, pitch / 4))
    ink = np.float32(darkness > 1 - screen)
    return _photographed(ink, chance)


def _engraving(picture: Image.Image, chance: Chance) -> Image.Image:
    """Lines that bend round the forms and swell with darkness, crossed in the shadows, within drawn outlines."""
    tone = _tone(picture, chance)
    pitch = _PLATE / chance.uniform(70, 140)
    smooth = _blurred(tone, pitch * 1.2)
    darkness = np.clip(1.05 * (1 - _blurred(tone, pitch / 5)) - chance.uniform(0.05, 0.15), 0, 1)
    y, x = np.indices(tone.shape, dtype=np.float32)
    first = chance.uniform(0, np.pi)
    bend = chance.uniform(0.8, 2.2) * pitch
    ink = np.zeros(tone.shape, bool)
    # The first lines carry all tones, the second only the dark half, the third the darkest.
    for turn, start in ((0.0, 0.0), (chance.uniform(0.7, 1.3), 0.45), (chance.uniform(1.7, 2.3), 0.75)):
        share = np.clip((darkness - start) / (1 - start), 0, 1) * (0.75 if start == 0 else 0.5)
        phase = (x * np.sin(first + turn) + y * np.cos(first + turn) + bend * smooth) / pitch
        ink |= (np.abs(phase % 1 - 0.5) * 2 < share) & (share > 0.06)
    contour = _blurred(tone, 2.5) - _blurred(tone, 6)
    ink |= contour < -chance.uniform(0.05, 0.09)
    return _photographed(np.float32(ink), chance)


def _sketch(picture: Image.Image, chance: Chance) -> Image.Image:
    """Drawn after the picture: half of them in soft pencil, half in pen outlines with the darkest parts filled."""
    tone = _tone(picture, chance)
    if chance.random() < 0.5:
        veil = _blurred(1 - tone, _PLATE * chance.uniform(0.006, 0.014))
        drawn = np.clip(tone / np.maximum(1 - veil, 0.04), 0, 1) ** np.float32(chance.uniform(2, 4))
        grain = _blurred(chance.random(tone.shape, dtype=np.float32), 1.5)
        ink = np.clip((1 - drawn) * (0.55 + 2.5 * np.abs(grain - 0.5)), 0, 1)
    else:
        width = chance.uniform(2.5, 4.5)
        contour = _blurred(tone, width) - 0.98 * _blurred(tone, width * 1.6)
        filled = _blurred(tone, 2 * width) < chance.uniform(0.05, 0.16)
        ink = np.float32((contour < -chance.uniform(0.008, 0.02)) | filled)
    return _photographed(np.float32(ink) * np.float32(chance.uniform(0.7, 1.0)), chance)


def _cropped_halftone(picture: Image.Image, chance: Chance) -> Image.Image:
    return _halftone(_cut(picture, chance, (0.5, 0.8), 3), chance)


def _mirrored_engraving(picture: Image.Image, chance: Chance) -> Image.Image:
    """As a copperplate copied from a print without a mirror comes off the press."""
    return _engraving(ImageOps.mirror(picture), chance)


_KINDS: dict[str, Callable[[Image.Image, Chance], Image.Image]] = {
    "crop": _crop,
    "mirrored": _mirrored,
    "toned": _toned,
    "halftone": _halftone,
    "engraving": _engraving,
    "sketch": _sketch,
    "halftone of a crop": _cropped_halftone,
    "mirrored engraving": _mirrored_engraving,
}
#: The kinds, in the order of the tables.
KINDS = tuple(_KINDS)

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for path in map(Path, sys.argv[2:]):
        for kind in KINDS:
            with Image.open(path) as opened:
                rendered(opened, kind, path.name).save(folder / f"{path.stem} {kind}.png")
