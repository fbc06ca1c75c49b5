"""What the pixels of an illustration say: colour mode, palette, and a hash that near copies share."""

from __future__ import annotations

import numpy as np
from PIL import Image

from ..records import Pixels, Run

#: Says of each illustration what its pixels are.
PIXEL_RUN = Run("pixels@2", "pixels", "2", "pixels", {"hash": "phash 8×8", "colours": "6"})

_SIDE = 256
_COLOURS = 6
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
    small.thumbnail((_SIDE, _SIDE))
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
    _, *chroma = (np.asarray(channel, np.float32) - 128 for channel in small.convert("YCbCr").split())
    tints = np.stack(chroma, axis=-1).reshape(-1, 2)
    own = tints.mean(axis=0)
    strength = float(np.hypot(*own))
    hue = own / strength if strength > 1 else np.zeros(2)
    # How far each pixel lies from the line of greys that are tinted in this hue, more or less.
    off = np.hypot(*(tints - np.outer(np.maximum(tints @ hue, 0), hue)).T)
    if float((off > _OTHER_HUE).mean()) > _COLOURED:
        return "colour"
    if float(np.hypot(*np.median(tints, axis=0))) > _NEUTRAL:
        return "tinted"
    # Single pixels: shrinking makes greys of black and white.
    luma = np.asarray(whole.resize(small.size, Image.Resampling.NEAREST).convert("L"))
    return "bitonal" if float(((luma < 40) | (luma > 215)).mean()) > _BITONAL else "grey"


def _palette(small: Image.Image) -> tuple[tuple[str, float], ...]:
    reduced = small.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT)
    table = reduced.getpalette() or [0, 0, 0]
    total = small.width * small.height
    shares: dict[str, float] = {}
    for index, count in enumerate(reduced.histogram()[:_COLOURS]):
        if not count:
            continue
        red, green, blue = table[3 * index : 3 * index + 3]
        colour = f"#{red:02x}{green:02x}{blue:02x}"
        shares[colour] = shares.get(colour, 0.0) + count / total
    ordered = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    return tuple((colour, round(share, 3)) for colour, share in ordered)
