"""What the pixels of an illustration say: colour mode, palette, and a hash that near copies share."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from ..records import Pixels, Run

#: Says of each illustration what its pixels are.
PIXEL_RUN = Run("pixels@3", "pixels", "3", "pixels", {"hash": "phash 8×8", "colours": "6"})

_SIDE = 256
_COLOURS = 6
# Colours are counted in cells of so many bits a channel; how much of a difference the eye sees in red, green and blue.
_BITS = 5
_SEEN = np.array([77, 150, 29])
# In Cb and Cr, 0 to 255: what lies nearer to the middle is no tint; what lies farther from the picture's own hue is
# another one. A picture is coloured where more than this share of it has another hue. Set by eye on 690 prints,
# drawings, photographs and plans, most of them on yellowed paper.
_NEUTRAL, _OTHER_HUE, _COLOURED = 4.0, 9.0, 0.01
# The lowest 8 of 32 frequencies of a cosine transform (DCT-II). Written out, for SciPy's takes half a second to import.
_HASHED, _LOWEST = 32, 8
_COSINES = 2 * np.cos(np.pi / _HASHED * np.outer(np.arange(_LOWEST), np.arange(_HASHED) + 0.5))
# The share of pixels near black or white from which a picture has no greys.
_BITONAL = 0.95


def describe(picture: Image.Image) -> Pixels:
    """Describe a picture in mode ``L`` or ``RGB``.

    The colour mode is ``bitonal`` (black and white alone), ``grey``, ``tinted`` (of one hue, as sepia, or anything
    printed in black on yellowed paper) or ``colour``. The palette has up to six colours with their shares, largest
    first. The hash is the 64-bit perceptual hash that the package ImageHash calls ``phash``: near copies differ in few
    bits.
    """
    whole = picture.convert("RGB")
    small = whole.copy()
    # Halved at once where it is twice as large, as most are.
    small.thumbnail((_SIDE, _SIDE), reducing_gap=1.0)
    palette = _palette(small)
    return Pixels(_colour_mode(whole, small), palette[0][0], palette, _hash(picture))


def _hash(picture: Image.Image) -> str:
    """Return which of the lowest frequencies are stronger than their median, row by row.

    https://www.hackerfactor.com/blog/index.php?/archives/432-Looks-Like-It.html
    """
    small = np.asarray(picture.convert("L").resize((_HASHED, _HASHED), Image.Resampling.LANCZOS), np.float64)
    # Rounded, so that what is nothing is nothing on every machine.
    low = np.round(_COSINES @ small @ _COSINES.T, 6)
    return np.packbits(low > np.median(low)).tobytes().hex()


def _colour_mode(whole: Image.Image, small: Image.Image) -> str:
    blue, red = (
        np.asarray(channel, np.float32).ravel() - np.float32(128) for channel in small.convert("YCbCr").split()[1:]
    )
    own = np.array([blue.mean(), red.mean()])
    strength = float(np.hypot(*own))
    hue = (own / strength if strength > 1 else np.zeros(2)).astype(np.float32)
    # How far each pixel lies from the line of greys that are tinted in this hue, more or less.
    along = np.maximum(blue * hue[0] + red * hue[1], 0)
    off = (blue - along * hue[0]) ** 2 + (red - along * hue[1]) ** 2
    if float((off > _OTHER_HUE**2).mean()) > _COLOURED:
        return "colour"
    if float(np.hypot(np.median(blue), np.median(red))) > _NEUTRAL:
        return "tinted"
    # Single pixels: shrinking makes greys of black and white.
    luma = np.asarray(whole.resize(small.size, Image.Resampling.NEAREST).convert("L"))
    return "bitonal" if float(((luma < 40) | (luma > 215)).mean()) > _BITONAL else "grey"


def _palette(small: Image.Image) -> tuple[tuple[str, float], ...]:
    """Return the colours of a picture with their shares, by median cut.

    Paul Heckbert, Color image quantization for frame buffer display, 1982. Colours are counted in cells first, whose
    means are kept; at the end each cell goes to the nearest colour.
    """
    pixels = np.asarray(small).reshape(-1, 3)
    red, green, blue = (pixels[:, channel] >> (8 - _BITS) for channel in range(3))
    cells = (red.astype(np.intp) << 2 * _BITS) | (green.astype(np.intp) << _BITS) | blue
    counts = np.bincount(cells, minlength=1 << 3 * _BITS)
    used = np.flatnonzero(counts)
    counts = counts[used]
    sums = np.stack([np.bincount(cells, channel, 1 << 3 * _BITS)[used] for channel in pixels.T], axis=1)
    means = sums / counts[:, None]
    middles = np.stack([sums[box].sum(axis=0) / counts[box].sum() for box in _cut(means, counts)])
    nearest = ((means[:, None] - middles) ** 2).sum(axis=2).argmin(axis=1)
    shares: dict[str, float] = {}
    for place in np.unique(nearest):
        own = nearest == place
        count = int(counts[own].sum())
        red, green, blue = np.round(sums[own].sum(axis=0) / count).astype(int)
        colour = f"#{red:02x}{green:02x}{blue:02x}"
        shares[colour] = shares.get(colour, 0.0) + count / len(pixels)
    ordered = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    return tuple((colour, round(share, 3)) for colour, share in ordered)


def _cut(colours: npt.NDArray[np.float64], counts: npt.NDArray[np.intp]) -> list[npt.NDArray[np.intp]]:
    """Return colours, a row each, in groups by their places: what has most pixels is cut in two where it is longest."""
    groups = [np.arange(len(colours))]
    while len(groups) < _COLOURS and (able := [group for group in groups if len(group) > 1]):
        largest = max(able, key=lambda group: int(counts[group].sum()))
        longest = int((np.ptp(colours[largest], axis=0) * _SEEN).argmax())
        ordered = largest[np.argsort(colours[largest, longest], kind="stable")]
        below = np.cumsum(counts[ordered])
        half = min(max(int(np.searchsorted(below, below[-1] / 2, side="right")), 1), len(ordered) - 1)
        groups = [*(group for group in groups if group is not largest), ordered[:half], ordered[half:]]
    return groups
