"""Whether two printings of a picture are of one technique: whether their grain is alike, and their tones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageFilter

from .outlines import outline

# The picture is looked at as large as a square of this side, in pixels: screens and hatching are seen there.
_SIDE = 320
# Blurred by these radii; what is lost from one to the next is a band, from fine to coarse.
_RADII = (0.0, 0.8, 1.6, 3.2, 6.4)
# How far the logarithms of the finer bands, each against the coarsest, may lie apart.
_APART = 0.35

# How well the tones of small pictures of both must agree: a drawing has lines where a photograph has tones.
_TONES, _AGREE = 16, 0.85


#: How strong the fine bands of a picture are against its coarsest one, as logarithms.
Grain: TypeAlias = tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """What is kept of a picture to compare it with others: some 20 kB, whatever its size.

    ``grain`` may be what gives it when it is asked for, or None where the picture is lost: few pictures are ever asked.
    """

    outline: Image.Image
    grain: Grain | Callable[[], Grain | None]

    def seen(self) -> Grain | None:
        """Return the grain."""
        return self.grain() if callable(self.grain) else self.grain


def sighting(picture: Image.Image) -> Sighting:
    """Keep of a picture what comparing takes. 320 pixels on its sides are enough; more tell nothing more."""
    return Sighting(outline(picture), grain(picture))


def same_technique(one: Sighting, other: Sighting) -> bool:
    """Say whether two printings of the whole of a picture may be of one plate, scanned twice."""
    if not _tones_agree(one.outline, other.outline):
        return False
    first, second = one.seen(), other.seen()
    return bool(first and second) and max(abs(a - b) for a, b in zip(first or (), second or (), strict=True)) < _APART


def _tones_agree(one: Image.Image, other: Image.Image) -> bool:
    tones = [
        np.asarray(each.resize((_TONES, _TONES), Image.Resampling.BOX), np.float32).ravel() for each in (one, other)
    ]
    first, second = (tone - tone.mean() for tone in tones)
    return float(first @ second) > _AGREE * float(np.linalg.norm(first) * np.linalg.norm(second))


def grain(picture: Image.Image) -> Grain:
    """Return the grain of a picture."""
    scale = _SIDE / (picture.width * picture.height) ** 0.5
    size = (max(8, round(picture.width * scale)), max(8, round(picture.height * scale)))
    grey = picture.convert("L").resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    layers = [np.asarray(grey.filter(ImageFilter.GaussianBlur(radius)), np.float32) for radius in _RADII]
    bands = [float(np.std(one - other)) + 0.5 for one, other in pairwise(layers)]
    return tuple(float(np.log(band / bands[-1])) for band in bands[:-1])
