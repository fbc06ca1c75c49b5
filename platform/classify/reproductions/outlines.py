"""Where the forms of a picture have their edges and which way these run, whatever it was printed with.

A halftone, an engraving and a pencil drawing after one photograph share no dot and no line, but the edges of its forms
lie in the same places. So a picture is shrunk until screens and hatching vanish, and each cell keeps how strong the
edges in it are and which way they run, as complex numbers: multiplied, those of two pictures say how well they agree.
Counting directions twice and four times round the circle makes a dark line equal to a light one (G. H. Granlund, In
search of a general picture processing operator, 1978).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

Plane = npt.NDArray[np.float32]
#: Edges by order (see `ORDERS`), row and column.
Field = npt.NDArray[np.complex64]
Numbers = npt.NDArray[Any]

#: How often the directions of edges go round the circle: once, dark on light differs from light on dark.
ORDERS = (1, 2, 4)
# What each order weighs in the agreement of two pictures.
_WEIGHTS = (0.5, 1.0, 0.7)
#: A picture more than so many times as long as wide is squeezed to it.
LONGEST = 3.0
# A picture is kept as a square of this side would be, in pixels: enough for the finest field at the largest scale.
_KEPT = 144
# In pixels of the plane that gradients are taken of, two a cell: what screens are blurred by, and how far the
# neighbours reach that an edge is compared with.
_BLUR, _REACH = 1.2, 10.0
_STRONGEST = 3.0
# Frames and the edges of paper are no part of a picture: so many cells fade out at each side.
_FADING = 2.5


def outline(picture: Image.Image) -> Image.Image:
    """Return what is kept of a picture to compare it with others: grey, some 144 × 144 pixels in its own shape."""
    height, width = cells(picture.size, _KEPT)
    small = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return ImageOps.autocontrast(small.convert("L"), cutoff=1)


def cells(size: tuple[int, int], side: float) -> tuple[int, int]:
    """Return height and width of a picture's field that has as many cells as a square of this side."""
    ratio = min(max(size[0] / size[1], 1 / LONGEST), LONGEST) ** 0.5
    return max(6, round(side / ratio)), max(6, round(side * ratio))


def field(kept: Image.Image, side: float, turn: float = 0.0) -> Field:
    """Return the edges of an outline, turned by so many degrees, in as many cells as a square of this side has."""
    height, width = cells(kept.size, side)
    small = kept.resize((2 * width, 2 * height), Image.Resampling.LANCZOS)
    if turn:
        small = _turned(small, turn)
    tone = _blurred(np.asarray(small, np.float32) / np.float32(255), _BLUR)
    down, across = np.gradient(tone)
    strength = np.hypot(across, down)
    # What is strong among its neighbours counts, be it in a pale sky or in dense foliage; paper and noise do not.
    around = _around(strength)
    relative = np.minimum(strength / (around + 0.3 * float(strength.mean()) + 0.002), _STRONGEST)
    direction = (across + 1j * down) / np.maximum(strength, 1e-6)
    fading = np.outer(_fading(height), _fading(width))
    planes = np.empty((len(ORDERS), height, width), np.complex64)
    for place, (order, weight) in enumerate(zip(ORDERS, _WEIGHTS, strict=True)):
        edges = _blurred(relative * direction**order, 1.0)
        planes[place] = _halved(edges) * fading * weight**0.5
    return planes


def mirrored(edges: Field) -> Field:
    """Return the field of the same picture seen in a mirror."""
    flipped = np.ascontiguousarray(edges[..., ::-1].conj())
    flipped[[order % 2 == 1 for order in ORDERS]] *= -1
    return flipped


def _turned(small: Image.Image, turn: float) -> Image.Image:
    """Turn about the middle; what comes in from outside is as the edge is."""
    margin = max(small.size) // 12
    padded = Image.fromarray(np.pad(np.asarray(small), margin, mode="edge"))
    turned = padded.rotate(turn, Image.Resampling.BILINEAR)
    return turned.crop((margin, margin, margin + small.width, margin + small.height))


def _halved(plane: Numbers) -> Numbers:
    """Return the means of 2 × 2; an odd last row or column is left out."""
    height, width = (length // 2 * 2 for length in plane.shape)
    even = plane[:height, :width]
    return (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / 4


def _around(plane: Plane) -> Plane:
    """Return the mean of the neighbourhood of each place, in steps of four: `_REACH` is wide enough for that."""
    height, width = plane.shape
    padded = np.pad(plane, ((0, -height % 4), (0, -width % 4)), mode="edge")
    small = _blurred(_halved(_halved(padded)), _REACH / 4)
    wide: Plane = np.repeat(np.repeat(small, 4, axis=0), 4, axis=1)[:height, :width]
    return wide


def _fading(count: int) -> Plane:
    place = np.arange(count, dtype=np.float32)
    shares: Plane = np.minimum(1, (np.minimum(place, place[::-1]) + np.float32(0.5)) / np.float32(_FADING))
    return shares


@lru_cache
def _taps(radius: float) -> tuple[float, ...]:
    reach = int(3 * radius) + 1
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / radius) ** 2)
    return tuple(float(weight) for weight in weights / weights.sum())


def _blurred(plane: Numbers, radius: float) -> Numbers:
    """Blur; beyond its edges a plane goes on as it is there. Written out, for a matrix product would start threads."""
    taps = _taps(radius)
    reach = len(taps) // 2
    for _ in range(2):
        padded = np.pad(plane, ((reach, reach), (0, 0)), mode="edge")
        blurred = taps[reach] * plane
        for place, weight in enumerate(taps):
            if place != reach:
                blurred += weight * padded[place : place + len(plane)]
        plane = blurred.T
    return np.ascontiguousarray(plane)
