"""Bare paper: sheets of any tone, mounts, scanners' beds, folds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from PIL import Image

from .marks import Chance, one_of

MOUNTS: Final = (
    (196, 192, 180),
    (120, 108, 92),
    (84, 84, 90),
    (60, 58, 60),
    (225, 218, 204),
    (160, 140, 110),
    (210, 206, 190),
)
_PAPERS: Final = (
    (238, 232, 216),
    (225, 214, 188),
    (205, 178, 128),
    (212, 210, 198),
    (236, 236, 230),
    (190, 200, 205),
    (200, 170, 120),
)


def paper(chance: Chance, width: int, height: int, tones: Sequence[tuple[int, int, int]] = _PAPERS) -> Image.Image:
    """Return a bare sheet: a tone, clouds, grain and sometimes the shadow of its edge."""
    tone = np.array(one_of(chance, tones), np.float32) * chance.uniform(0.9, 1.06)
    cloud = chance.normal(0, 1, (int(chance.integers(2, 8)), int(chance.integers(2, 8)))).astype(np.float32)
    light = np.asarray(Image.fromarray(cloud).resize((width, height), Image.Resampling.BICUBIC)) * chance.uniform(
        0, 0.03
    )
    grain = chance.standard_normal((height, width), np.float32) * np.float32(chance.uniform(0.004, 0.03))
    pixels = tone * (1 + light + grain)[..., None]
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def bare_sheet(chance: Chance) -> Image.Image:
    """Return a bare sheet, sometimes laid on a mount or a scanner's bed of another tone."""
    sheet = paper(chance, *sheet_size(chance))
    if chance.random() < 0.35:
        left, top, right, bottom = (round(max(sheet.size) * chance.uniform(0, 0.12)) for _ in range(4))
        tones = (*MOUNTS, *_PAPERS, (12, 12, 12), (250, 250, 250))
        bed = paper(chance, sheet.width + left + right, sheet.height + top + bottom, tones)
        bed.paste(sheet, (left, top))
        return bed
    return sheet


def folded(chance: Chance, sheet: Image.Image) -> Image.Image:
    """Fold a sheet once to three times, and unfold it: a crease is a dark line beside a light one."""
    pixels = np.asarray(sheet, np.float32)
    for _ in range(int(chance.integers(1, 4))):
        along = int(chance.integers(2))
        far = np.abs(np.arange(pixels.shape[along], dtype=np.float32) - chance.uniform(0, pixels.shape[along]))
        crease = 1 - chance.uniform(-0.12, 0.3) * np.exp(-far / chance.uniform(1, 6))
        pixels = pixels * np.expand_dims(crease, (1 - along, 2))
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def sheet_size(chance: Chance) -> tuple[int, int]:
    """Return width and height of a leaf, upright or lying, in pixels."""
    longest = int(chance.integers(560, 760))
    other = round(longest * chance.uniform(0.6, 0.95))
    return (longest, other) if chance.random() < 0.5 else (other, longest)
