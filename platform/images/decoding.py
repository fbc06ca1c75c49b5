"""Opening pictures that nobody vouches for: ceilings on pixels, no loader of doubtful formats, clear refusals.

libvips decodes a picture at the size that is needed and no larger. JPEG 2000, which its wheel cannot read, is in
`estampe.images.jpeg2000`.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pyvips
from PIL import Image

from ..errors import FormatError
from ..records import Size
from . import jpeg2000
from .ceilings import bearable, check_size

# Loaders that libvips marks as not safe for what comes from outside (SVG, PDF, ImageMagick…) are shut.
pyvips.block_untrusted_set(True)
# What libvips remembers, it remembers by the file's name, so that a scan that was replaced would show the old one.
pyvips.cache_set_max(0)
# Why a picture is refused is in the error, and with its name; libvips would say it besides, in words for programmers.
logging.getLogger("pyvips").setLevel(logging.ERROR)

# A file that is cut off is an error, and no picture with a grey half.
_STRICT = "error"

_Vips = Any  # pyvips has no types


def reduced(source: Path | bytes, longest: int, *, name: str) -> tuple[Image.Image, Size]:
    """Decode a picture, upright, with its longest side at most so many pixels; return it with the size of the file.

    The picture is grey (``L``) or coloured (``RGB``); transparency lies on white. Of more pixels than memory should
    hold it is smaller. Raises FormatError where it is no picture, is cut off, or is larger than the ceilings allow.
    """
    if jpeg2000.is_one(_head(source, name)):
        return jpeg2000.decoded(source, longest, name=name)
    try:
        header = _header(source, name)
        size = upright_size(header)
        return Image.fromarray(_pixels(_thumbnail(source, bearable(size, longest)))), size
    except pyvips.Error as error:
        raise _refusal(name, error) from error


def about(source: Path, longest: int, *, name: str) -> tuple[Image.Image, Size]:
    """Decode a picture as `reduced` does, but leave a JPEG as it comes from its decoder: up to twice as large.

    A JPEG can be decoded at a half, a quarter and an eighth, faster; shrinking it further takes longer than all that.
    """
    if jpeg2000.is_one(_head(source, name)):
        return reduced(source, longest, name=name)
    header = opened(source)
    size = Size(header.width, header.height)
    longest = bearable(size, longest)
    shrink = next((each for each in (8, 4, 2) if max(size.w, size.h) >= each * longest), 1)
    if header.get("vips-loader") != "jpegload" or max(size.w, size.h) > 2 * shrink * longest:
        return reduced(source, longest, name=name)
    try:
        return Image.fromarray(_pixels(_reduced_jpeg(source, shrink))), size
    except pyvips.Error as error:
        raise _refusal(name, error) from error


def opened(path: Path, shrink: int = 1) -> _Vips:
    """Open a picture for cropping and tiling, upright; nothing is decoded yet.

    ``shrink`` is 1, 2, 4 or 8: a JPEG can be decoded so much smaller, many times faster; others are what they are.
    Raises FormatError.
    """
    name = str(path)
    if jpeg2000.is_one(_head(path, name)):
        picture, _ = jpeg2000.decoded(path, None, name=name)
        return pyvips.Image.new_from_array(np.asarray(picture))
    try:
        header = _header(path, name)
        if shrink > 1 and header.get("vips-loader") == "jpegload":
            header = pyvips.Image.jpegload(name, shrink=shrink, fail_on=_STRICT)
        return header.autorot()
    except pyvips.Error as error:
        raise _refusal(name, error) from error


def _reduced_jpeg(path: Path, shrink: int) -> _Vips:
    """Open a JPEG, upright, to be read whole: from top to bottom, a quarter faster than if it were held first."""
    once = pyvips.Image.jpegload(str(path), shrink=shrink, fail_on=_STRICT, access="sequential")
    turned = once.get_typeof("orientation") and once.get("orientation") != 1
    return opened(path, shrink) if turned else once


def upright_size(header: _Vips) -> Size:
    """Return the size of a picture as it is shown: turned as its EXIF orientation says."""
    turned = header.get_typeof("orientation") and header.get("orientation") >= 5
    return Size(header.height, header.width) if turned else Size(header.width, header.height)


def plain(image: _Vips) -> _Vips:
    """Return a picture in eight bits, grey or sRGB, its transparent parts white."""
    if image.hasalpha():
        image = image.flatten(background=[2**16 - 1 if image.format == "ushort" else 255])
    return image.colourspace("b-w" if image.bands < 3 else "srgb").cast("uchar")


def _header(source: Path | bytes, name: str) -> _Vips:
    header = (
        pyvips.Image.new_from_buffer(source, "", fail_on=_STRICT)
        if isinstance(source, bytes)
        else pyvips.Image.new_from_file(str(source), fail_on=_STRICT)
    )
    # An interlaced PNG and a progressive JPEG are held in memory whole, however small they are wanted.
    check_size(Size(header.width, header.height), name, whole=bool(header.get_typeof("interlaced")))
    return header


def _thumbnail(source: Path | bytes, longest: int) -> _Vips:
    options = {"height": longest, "size": "down"}
    if isinstance(source, bytes):
        # For a buffer, libvips takes no heed of an option of this name (8.18).
        return pyvips.Image.thumbnail_buffer(source, longest, option_string=f"[fail_on={_STRICT}]", **options)
    return pyvips.Image.thumbnail(str(source), longest, fail_on=_STRICT, **options)


def _pixels(image: _Vips) -> np.ndarray[Any, np.dtype[np.uint8]]:
    flat = plain(image)
    pixels: np.ndarray[Any, np.dtype[np.uint8]] = flat.numpy().reshape(flat.height, flat.width, flat.bands)
    return pixels[..., 0] if flat.bands == 1 else pixels


def _head(source: Path | bytes, name: str) -> bytes:
    if isinstance(source, bytes):
        return source[:16]
    try:
        str(source).encode("utf-8")
        with source.open("rb") as file:
            return file.read(16)
    except UnicodeEncodeError as error:
        told = name.encode("utf-8", "backslashreplace").decode("utf-8")
        raise FormatError(told, "its name is no UTF-8, and libvips reads no other", "rename it") from error
    except OSError as error:
        raise FormatError(name, f"the picture cannot be read: {error.strerror}") from error


def _refusal(name: str, error: pyvips.Error) -> FormatError:
    lines = [line.strip() for line in str(getattr(error, "detail", "") or error).splitlines() if line.strip()]
    said = lines[-1][:200] if lines else ""
    if "known format" in said or "known file format" in said:
        return FormatError(name, "this is no picture, or of a kind that is not read")
    return FormatError(name, f"the picture cannot be read: {said or 'it is broken'}")
