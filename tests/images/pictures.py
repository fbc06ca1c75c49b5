"""Pictures made for a test."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pyvips
from PIL import Image

LEFT, RIGHT = (200, 40, 40), (40, 60, 200)


def waves(width: int = 300, height: int = 200) -> Image.Image:
    """Return soft greys, all of them."""
    y, x = np.mgrid[0:height, 0:width]
    return Image.fromarray(((np.sin(x / 20) + np.cos(y / 15) + 2) * 63).astype(np.uint8))


def flag(width: int = 300, height: int = 200) -> Image.Image:
    """Return a picture that is red on the left and blue on the right."""
    picture = Image.new("RGB", (width, height), RIGHT)
    picture.paste(LEFT, (0, 0, width // 2, height))
    return picture


def sixteen_bits(path: Path, picture: Image.Image) -> Path:
    pixels = np.asarray(picture).astype(np.uint16) * 257
    if pixels.ndim == 2:
        Image.fromarray(pixels).save(path)
    else:
        pyvips.Image.new_from_array(pixels).copy(interpretation="rgb16").write_to_file(str(path))
    return path


def png(path: Path, width: int, height: int, *, interlaced: bool = False) -> Path:
    """Write a PNG that promises more than it holds."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, interlaced)
    content = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + content)
    return path
