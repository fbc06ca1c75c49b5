"""JPEG 2000, by Pillow: the wheel of libvips has no decoder for it."""

from __future__ import annotations

import warnings
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from ..errors import FormatError
from ..records import Size
from .ceilings import bearable, check_size

# Our own ceilings hold; Pillow's would only warn.
Image.MAX_IMAGE_PIXELS = None

_FILE, _STREAM = b"\x00\x00\x00\x0cjP  ", b"\xff\x4f\xff\x51"
# Segments of the main header, ISO/IEC 15444-1 table A.2: coding style, and start of the first tile.
_COD, _SOT = b"\xff\x52", b"\xff\x90"


def is_one(head: bytes) -> bool:
    """Tell by its first bytes whether a file is a JPEG 2000."""
    return head.startswith((_FILE, _STREAM))


def decoded(source: Path | bytes, longest: int | None, *, name: str) -> tuple[Image.Image, Size]:
    """Decode a JPEG 2000, and return it with the size of the file.

    Its longest side is at most ``longest`` pixels, of which no more than twice as many are decoded: the format keeps a
    picture in halves, quarters and so on. None: as large as it is. The picture is ``L`` or ``RGB``, upright.
    Raises FormatError.
    """
    try:
        levels = resolution_levels(source)
        with warnings.catch_warnings(), Image.open(BytesIO(source) if isinstance(source, bytes) else source) as picture:
            # What a foreign file is warned about becomes an error of ours, or is nothing.
            warnings.simplefilter("ignore")
            size = Size(*picture.size)
            longest = None if longest is None else bearable(size, longest)
            halvings = 0 if longest is None else max(0, (max(picture.size) // max(1, longest)).bit_length() - 1)
            picture.reduce = min(halvings, levels)
            check_size(size, name)
            check_size(Size(size.w >> min(halvings, levels), size.h >> min(halvings, levels)), name, whole=True)
            picture.load()
            whole = _plain(picture)
    except FormatError:
        raise
    # A hostile file may raise anything in a decoder.
    except Exception as error:
        raise FormatError(name, f"the picture cannot be read: {error}") from error
    if longest is not None:
        whole.thumbnail((longest, longest))
    return whole, size


def resolution_levels(source: Path | bytes) -> int:
    """Return how many times a JPEG 2000 can be halved while decoding; 0 where that is not found."""
    head = source[:65536] if isinstance(source, bytes) else _first(source)
    begin = head.find(_STREAM)
    end = head.find(_SOT, begin)
    place = head.find(_COD, begin, end if end > 0 else None)
    # Behind the marker: length (2 bytes), style, order, layers (2), transform, levels.
    return min(head[place + 9], 32) if begin >= 0 and 0 <= place < len(head) - 9 else 0


def _first(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(65536)


def _plain(picture: Image.Image) -> Image.Image:
    if picture.mode in {"I;16", "I;16B", "I"}:
        return Image.fromarray((np.asarray(picture).astype(np.uint32) >> 8).astype(np.uint8))
    if picture.mode in {"LA", "PA", "RGBA"}:
        paper = Image.new("RGBA", picture.size, "white")
        paper.alpha_composite(picture.convert("RGBA"))
        return paper.convert("L" if picture.mode == "LA" else "RGB")
    return picture.convert("L" if picture.mode in {"1", "L"} else "RGB")
