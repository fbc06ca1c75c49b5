"""The names of the colours of a picture: its palette (see `estampe.images`) in words that people search by."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import numpy.typing as npt

from ..records import Label, Pixels, Run

#: Says which colours a picture shows.
COLOUR_RUN = Run("colours@1", "colours", "1", "colour", {"of": "the palette", "space": "CIELAB"})
# A colour is told that covers this share of the picture or more.
_SHARE = 0.08
# In CIELAB: what has less chroma has no hue; what is darker is black, what is lighter is white.
_NO_HUE, _BLACK, _WHITE = 12.0, 22.0, 84.0
# Hues in degrees of CIELAB, each up to its first: red, orange, yellow, green, blue, violet, and pink to red again.
_HUES = ((38.0, "red"), (68.0, "orange"), (103.0, "yellow"), (190.0, "green"), (292.0, "blue"), (330.0, "violet"))
# From linear sRGB to CIE XYZ, and the white of daylight (D65).
_XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
_WHITE_POINT = (0.95047, 1.0, 1.08883)


def colour_labels(pixels: Pixels) -> tuple[Label, ...]:
    """Return the colours of a picture by share, largest first; nothing for what is black and white or grey.

    The confidence of a colour is the share of the picture that it covers.
    """
    if pixels.colour_mode in {"bitonal", "grey"}:
        return ()
    shares: defaultdict[str, float] = defaultdict(float)
    for colour, share in pixels.palette:
        shares[name_of(colour)] += share
    # Shares are rounded, and may come to a little more than all.
    covered = [(min(round(share, 3), 1.0), name) for name, share in shares.items() if share >= _SHARE]
    ordered = sorted(covered, key=lambda one: (-one[0], one[1]))
    return tuple(Label(name, "colour", share, COLOUR_RUN.id) for share, name in ordered)


def name_of(colour: str) -> str:
    """Return the concept that names a colour (``#rrggbb``)."""
    light, a, b = _lab(colour)
    chroma, hue = math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360
    if chroma < _NO_HUE or light < _BLACK / 2:
        return "black" if light < _BLACK else "white" if light > _WHITE else "neutral-grey"
    name = next((each for end, each in _HUES if hue < end), "pink")
    return _shade(name, light, chroma)


def _shade(name: str, light: float, chroma: float) -> str:
    """Return what a hue is called when it is dark or pale."""
    if name in {"orange", "yellow"} and light > 62 and chroma < 38:
        return "beige"
    if name in {"orange", "yellow"} and light < 62 and chroma < 60:
        return "brown"
    if name == "red":
        return "brown" if light < 45 and chroma < 32 else "pink" if light > 62 and chroma < 50 else "red"
    if name == "pink":
        return "pink" if light > 50 else "red"
    return name


def lightness_and_chroma(colours: npt.NDArray[np.floating]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return lightness and chroma in CIELAB of sRGB colours, (count, 3) of 0 to 255."""
    shares = np.asarray(colours, np.float64) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    white = linear @ np.array(_XYZ).T / _WHITE_POINT
    roots = np.where(white > 0.008856, np.cbrt(white), 7.787 * white + 16 / 116)
    return 116 * roots[:, 1] - 16, np.hypot(500 * (roots[:, 0] - roots[:, 1]), 200 * (roots[:, 1] - roots[:, 2]))


def _lab(colour: str) -> tuple[float, float, float]:
    """Return CIELAB of an sRGB colour, white as in daylight (D65)."""
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    x, y, z = (
        _root((r * red + g * green + b * blue) / white) for (r, g, b), white in zip(_XYZ, _WHITE_POINT, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _root(value: float) -> float:
    return math.cbrt(value) if value > 0.008856 else 7.787 * value + 16 / 116
