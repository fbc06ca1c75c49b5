"""What the pixels of an illustration say: colour mode, palette, and a hash that near copies share."""

from __future__ import annotations

import imagehash
import numpy as np
from PIL import Image

from ..records import Pixels, Run

#: Says of each illustration what its pixels are.
PIXEL_RUN = Run("pixels@1", "pixels", "1", "pixels", {"hash": "phash 8×8", "colours": "6"})

_SIDE = 256
_COLOURS = 6
# In Cb and Cr, 0 to 255: what differs by less is one tint; what lies nearer to the middle is no tint.
_NEUTRAL, _SPREAD = 4.0, 5.0
# The share of pixels near black or white from which a picture has no greys.
_BITONAL = 0.97


def describe(picture: Image.Image) -> Pixels:
    """Describe a picture in mode ``L`` or ``RGB``.

    The colour mode is ``bitonal`` (black and white alone), ``grey``, ``tinted`` (greys of one hue, as sepia or on
    yellowed paper) or ``colour``. The palette has up to six colours with their shares, largest first. The hash is the
    64-bit perceptual hash of `imagehash.phash`: near copies differ in few bits.
    """
    small = picture.convert("RGB")
    small.thumbnail((_SIDE, _SIDE))
    palette = _palette(small)
    return Pixels(_colour_mode(small), palette[0][0], palette, str(imagehash.phash(picture.convert("L"))))


def _colour_mode(small: Image.Image) -> str:
    luma, cb, cr = (np.asarray(channel, np.float32) for channel in small.convert("YCbCr").split())
    spread = float(np.hypot(cb.std(), cr.std()))
    tint = float(np.hypot(np.median(cb) - 128, np.median(cr) - 128))
    if spread > _SPREAD:
        return "colour"
    if tint > _NEUTRAL:
        return "tinted"
    extreme = float(((luma < 40) | (luma > 215)).mean())
    return "bitonal" if extreme > _BITONAL else "grey"


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
