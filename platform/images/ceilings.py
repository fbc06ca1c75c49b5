"""How large a picture may be."""

from __future__ import annotations

from ..errors import FormatError
from ..records import Size

#: The ceiling of a picture's pixels: a broadsheet at 600 dpi has some 250 million.
MAX_PIXELS = 500_000_000
#: The ceiling where a decoder must hold the whole picture in memory, at up to six bytes a pixel.
MAX_WHOLE_PIXELS = 150_000_000


def check_size(size: Size, name: str, *, whole: bool = False) -> None:
    """Raise FormatError for a picture of too many pixels; ``whole`` says that it cannot be decoded piece by piece."""
    ceiling = MAX_WHOLE_PIXELS if whole else MAX_PIXELS
    if size.area > ceiling:
        raise FormatError(
            name,
            f"the picture has {size.w} × {size.h} pixels; at most {ceiling // 1_000_000} million are read"
            + (" of one that must be decoded whole" if whole else ""),
            "save it in tiles or strips, or smaller" if whole else "save it smaller",
        )


def bearable(size: Size, longest: int) -> int:
    """Return the longest side at which a picture can be held in memory: ``longest``, or a half, a quarter… of its own.

    Halves, because that is what JPEG and JPEG 2000 can be decoded at.
    """
    side = max(size.w, size.h)
    if longest < side and size.area * (longest / side) ** 2 <= MAX_WHOLE_PIXELS:
        return longest
    while size.area * (side / max(size.w, size.h)) ** 2 > MAX_WHOLE_PIXELS:
        side //= 2
    return min(side, longest)
