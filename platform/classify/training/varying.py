"""Varied copies of a picture: as another scan, another crop, another paper would have it."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from ...press.renderings import Chance


def varied(picture: Image.Image, chance: Chance) -> Image.Image:
    """Return a picture (RGB) cut, turned, mirrored, toned, blurred or compressed a little, whatever chance decides."""
    for change in (_cut, _turned, _sheeted, _sized, _toned, _coloured):
        picture = change(picture, chance)
    return _worn(picture, chance)


def _cut(picture: Image.Image, chance: Chance) -> Image.Image:
    if chance.random() < 0.25:
        return picture
    width, height = (max(16, round(side * chance.uniform(0.72, 1))) for side in picture.size)
    width, height = min(width, picture.width), min(height, picture.height)
    left, top = (int(chance.integers(0, room + 1)) for room in (picture.width - width, picture.height - height))
    return picture.crop((left, top, left + width, top + height))


def _turned(picture: Image.Image, chance: Chance) -> Image.Image:
    if chance.random() < 0.4:
        picture = ImageOps.mirror(picture)
    if chance.random() < 0.12:
        way = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)[chance.integers(3)]
        picture = picture.transpose(way)
    if chance.random() < 0.3:
        return picture.rotate(chance.uniform(-4, 4), Image.Resampling.BICUBIC, fillcolor=_edge(picture))
    return picture


def _edge(picture: Image.Image) -> tuple[int, int, int]:
    """Return the colour that the edge of a picture mostly has."""
    pixels = np.asarray(picture.resize((16, 16), Image.Resampling.BOX))
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    red, green, blue = (int(value) for value in np.median(edge, axis=0))
    return red, green, blue


def _sheeted(picture: Image.Image, chance: Chance) -> Image.Image:
    """Leave more of the sheet round it."""
    if chance.random() < 0.8:
        return picture
    return ImageOps.expand(picture, round(max(picture.size) * chance.uniform(0.02, 0.2)), _edge(picture))


def _sized(picture: Image.Image, chance: Chance) -> Image.Image:
    if chance.random() < 0.5:
        return picture
    scale = chance.uniform(0.5, 1)
    size = (max(24, round(picture.width * scale)), max(24, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.LANCZOS)


def _toned(picture: Image.Image, chance: Chance) -> Image.Image:
    values = np.asarray(picture, np.float32) / 255
    values = values ** np.float32(np.exp(chance.uniform(-0.4, 0.4)))
    low, high = chance.uniform(0, 0.15), chance.uniform(0.85, 1)
    return Image.fromarray(np.uint8(np.clip(low + (high - low) * values, 0, 1) * 255))


def _coloured(picture: Image.Image, chance: Chance) -> Image.Image:
    """Make it grey, or tint it as old paper and toners do."""
    kind = chance.random()
    if kind < 0.3:
        return picture.convert("L").convert("RGB")
    if kind < 0.7:
        tint = chance.uniform((0.9, 0.82, 0.65), (1, 1, 1))
        return Image.fromarray(np.uint8(np.asarray(picture, np.float32) * tint))
    return picture


def _worn(picture: Image.Image, chance: Chance) -> Image.Image:
    if chance.random() < 0.15:
        picture = picture.filter(ImageFilter.GaussianBlur(chance.uniform(0.4, 1.2)))
    if chance.random() < 0.5:
        picture.save(file := BytesIO(), format="jpeg", quality=int(chance.integers(40, 90)))
        with Image.open(file) as again:
            decoded: Image.Image = again.convert("RGB")
        return decoded
    return picture
