"""Originals are kept compressed."""

from __future__ import annotations

import zlib


def deflate(data: bytes) -> bytes:
    """Compress an original."""
    return zlib.compress(data, 6)


def inflate(data: bytes) -> bytes:
    """Return what ``deflate`` was given."""
    return zlib.decompress(data)
