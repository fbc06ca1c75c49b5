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
#: Edges by order (see `ORDERS`), row and column: real parts of all orders, then imaginary parts.
Field = npt.NDArray[np.float32]
Numbers = npt.NDArray[Any]

#: How often the directions of edges go round the circle: once, dark on light differs from light on dark.
ORDERS = (1, 2, 4)
# What each order weighs in the agreement of two pictures.
_WEIGHTS = (0.5, 1.0, 0.7)
_REVERSED = [*(order % 2 == 1 for order in ORDERS), *(order % 2 == 0 for order in ORDERS)]
#: A picture more than so many times as long as wide is squeezed to it.
LONGEST = 3.0
# A picture is kept as a square of this side would be, in pixels: enough for the finest field at the largest scale.
_KEPT = 144
# In pixels of the plane that gradients are taken of, two a cell: what screens are blurred by, and how far the
# neighbours reach that an edge is compared with.
_BLUR, _REACH = 1.2, 10.0
_STRONGEST = 3.0
# Products of matrices with so many multiplications are left to one thread by OpenBLAS (twice 4 × 65,536 are shared).
_ALONE = 500_000
# Matrices that are kept, by the length of what they are for: 40 kB each.
_SIZES = 128
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
    tone = np.asarray(small, np.float32) / np.float32(255)
    down = times(_steep(2 * height), times(tone, _blurred(2 * width).T))
    across = times(_blurred(2 * height), times(tone, _steep(2 * width).T))
    strength = np.sqrt(down * down + across * across)
    # What is strong among its neighbours counts, be it in a pale sky or in dense foliage; paper and noise do not.
    around = _wide(times(times(_around(2 * height), strength), _around(2 * width).T), strength.shape)
    relative = np.minimum(strength / (around + 0.3 * float(strength.mean()) + 0.002), _STRONGEST)
    strength = np.maximum(strength, np.float32(1e-6))
    # The direction of each edge, its real and its imaginary part; then its square, and the square of that.
    direction = np.stack([across / strength, down / strength])
    fading = np.outer(_fading(height), _fading(width))
    planes = np.empty((2 * len(ORDERS), height, width), np.float32)
    for place, weight in enumerate(_WEIGHTS):
        if place:
            real, imaginary = direction
            direction = np.stack([real * real - imaginary * imaginary, 2 * real * imaginary])
        # One order at a time: larger arrays than that are had from the system anew each time, which takes longer.
        edges = times(times(_blurred_to_half(2 * height), direction * relative), _blurred_to_half(2 * width).T)
        planes[place :: len(ORDERS)] = edges * (fading * np.float32(weight**0.5))
    return planes


def mirrored(edges: Field) -> Field:
    """Return the field of the same picture seen in a mirror."""
    flipped = edges[..., ::-1].copy()
    # What runs to the left runs to the right: of odd orders the real part has the other sign, of even ones the other.
    flipped[_REVERSED] *= -1
    return flipped


def _turned(small: Image.Image, turn: float) -> Image.Image:
    """Turn about the middle; what comes in from outside is as the edge is."""
    margin = max(small.size) // 12
    padded = Image.fromarray(np.pad(np.asarray(small), margin, mode="edge"))
    turned = padded.rotate(turn, Image.Resampling.BILINEAR)
    return turned.crop((margin, margin, margin + small.width, margin + small.height))


def times(one: Plane, other: Plane) -> Plane:
    """Return a product of matrices, or of stacks of them, in parts so small that none is shared out among threads."""
    columns = max(1, _ALONE // (one.shape[-2] * one.shape[-1]))
    if columns >= other.shape[-1]:
        product: Plane = one @ other
        return product
    starts = range(0, other.shape[-1], columns)
    return np.concatenate([one @ other[..., start : start + columns] for start in starts], axis=-1)


# What is done to the rows of a plane, and then to its columns, as matrices: beyond its edges it goes on as it is there.


@lru_cache(maxsize=_SIZES)
def _blurred(count: int, radius: float = _BLUR) -> Plane:
    """Blur."""
    reach = int(3 * radius) + 1
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / radius) ** 2)
    matrix = np.zeros((count, count))
    for shift, weight in zip(range(-reach, reach + 1), weights / weights.sum(), strict=True):
        np.add.at(matrix, (np.arange(count), np.clip(np.arange(count) + shift, 0, count - 1)), weight)
    return matrix.astype(np.float32)


@lru_cache(maxsize=_SIZES)
def _steep(count: int) -> Plane:
    """Blur, and take the slopes from row to row."""
    return np.gradient(_blurred(count).astype(np.float64), axis=0).astype(np.float32)


@lru_cache(maxsize=_SIZES)
def _meant(count: int, of: int) -> Plane:
    """Take the means of so many."""
    matrix = np.zeros((-(-count // of), count), np.float32)
    for place in range(of * len(matrix)):
        matrix[place // of, min(place, count - 1)] += 1 / of
    return matrix


@lru_cache(maxsize=_SIZES)
def _blurred_to_half(count: int) -> Plane:
    """Blur by one pixel, and take the means of two."""
    return _meant(count, 2) @ _blurred(count, 1.0)


@lru_cache(maxsize=_SIZES)
def _around(count: int) -> Plane:
    """Take the mean of the neighbourhood of every fourth: `_REACH` is wide enough for that."""
    fourths = _meant(count, 4)
    return _blurred(len(fourths), _REACH / 4) @ fourths


def _wide(small: Plane, shape: tuple[int, ...]) -> Plane:
    """Return a plane with each place four times, down and across."""
    wide: Plane = np.repeat(np.repeat(small, 4, axis=0), 4, axis=1)[: shape[0], : shape[1]]
    return wide


def _fading(count: int) -> Plane:
    place = np.arange(count, dtype=np.float32)
    shares: Plane = np.minimum(1, (np.minimum(place, place[::-1]) + np.float32(0.5)) / np.float32(_FADING))
    return shares
