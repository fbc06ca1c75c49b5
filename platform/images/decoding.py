"""Opening pictures that nobody vouches for: a ceiling on pixels, no loader of doubtful formats, clear refusals.

libvips decodes a picture at the size that is needed and no larger. Pillow reads JPEG 2000, which the bundled libvips
cannot.
"""

from __future__ import annotations

import warnings
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pyvips
from PIL import Image

from ..errors import FormatError
from ..records import Size

#: The ceiling of a picture's pixels: a broadsheet at 600 dpi has some 250 million.
MAX_PIXELS = 500_000_000

# Loaders that libvips marks as not safe for what comes from outside (SVG, PDF, ImageMagick…) are shut.
pyvips.block_untrusted_set(True)
# What a foreign file is warned about becomes an error of ours, or is nothing.
Image.MAX_IMAGE_PIXELS = None

_Vips = Any  # pyvips has no types


def reduced(source: Path | bytes, longest: int, *, name: str) -> tuple[Image.Image, Size]:
    """Decode a picture, upright, with its longest side at most so many pixels; return it with the size of the file.

    The picture is grey (``L``) or coloured (``RGB``); transparency lies on white.
    Raises FormatError where it is no picture, is cut off, or has more than `MAX_PIXELS`.
    """
    if _is_jpeg2000(source):
        return _by_pillow(source, longest, name)
    try:
        header = _header(source, name)
        size = upright_size(header)
        shrunk = _thumbnail(source, longest)
        return Image.fromarray(_pixels(shrunk)), size
    except pyvips.Error as error:
        raise FormatError(name, f"the picture cannot be read: {_reason(error)}") from error


def opened(path: Path) -> _Vips:
    """Open a picture for cropping and tiling, upright; nothing is decoded yet. Raises FormatError."""
    if _is_jpeg2000(path):
        picture, _ = _by_pillow(path, 100_000, str(path))
        return pyvips.Image.new_from_array(np.asarray(picture))
    try:
        return _header(path, str(path)).autorot()
    except pyvips.Error as error:
        raise FormatError(str(path), f"the picture cannot be read: {_reason(error)}") from error


def upright_size(header: _Vips) -> Size:
    """Return the size of a picture as it is shown: turned as its EXIF orientation says."""
    turned = header.get_typeof("orientation") and header.get("orientation") >= 5
    return Size(header.height, header.width) if turned else Size(header.width, header.height)


def _header(source: Path | bytes, name: str) -> _Vips:
    options = {"fail_on": "truncated"}
    header = (
        pyvips.Image.new_from_buffer(source, "", **options)
        if isinstance(source, bytes)
        else pyvips.Image.new_from_file(str(source), **options)
    )
    if header.width * header.height > MAX_PIXELS:
        raise FormatError(
            name,
            f"the picture has {header.width} × {header.height} pixels, more than {MAX_PIXELS // 1_000_000} million",
        )
    return header


def _thumbnail(source: Path | bytes, longest: int) -> _Vips:
    options = {"height": longest, "size": "down", "fail_on": "truncated"}
    if isinstance(source, bytes):
        return pyvips.Image.thumbnail_buffer(source, longest, **options)
    return pyvips.Image.thumbnail(str(source), longest, **options)


def _pixels(image: _Vips) -> np.ndarray[Any, np.dtype[np.uint8]]:
    if image.hasalpha():
        image = image.flatten(background=255)
    image = image.colourspace("b-w" if image.bands < 3 else "srgb").cast("uchar")
    pixels: np.ndarray[Any, np.dtype[np.uint8]] = image.numpy()
    return pixels[..., 0] if pixels.ndim == 3 and pixels.shape[2] == 1 else pixels


def _is_jpeg2000(source: Path | bytes) -> bool:
    try:
        head = source[:12] if isinstance(source, bytes) else _head(source)
    except OSError as error:
        raise FormatError(str(source), f"the picture cannot be read: {error.strerror}") from error
    return head.startswith((b"\x00\x00\x00\x0cjP  ", b"\xff\x4f\xff\x51"))


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(12)


def _by_pillow(source: Path | bytes, longest: int, name: str) -> tuple[Image.Image, Size]:
    try:
        with warnings.catch_warnings(), Image.open(BytesIO(source) if isinstance(source, bytes) else source) as picture:
            warnings.simplefilter("ignore")
            size = Size(*picture.size)
            if size.area > MAX_PIXELS:
                raise FormatError(
                    name, f"the picture has {size.w} × {size.h} pixels, more than {MAX_PIXELS // 1_000_000} million"
                )
            # JPEG 2000 keeps each half size: only as many levels as are needed are decoded.
            levels = max(0, (max(size.w, size.h) // max(1, longest)).bit_length() - 1)
            picture.reduce = min(levels, 5)
            picture.load()
            plain = picture.convert("L" if picture.mode in {"1", "L", "I", "I;16", "F"} else "RGB")
            plain.thumbnail((longest, longest))
            return plain, size
    except FormatError:
        raise
    # A hostile file may raise anything in a decoder.
    except Exception as error:
        raise FormatError(name, f"the picture cannot be read: {error}") from error


def _reason(error: pyvips.Error) -> str:
    lines = [line.strip() for line in str(getattr(error, "detail", "") or error).splitlines() if line.strip()]
    return lines[-1][:200] if lines else "it is in no format that is read here"
