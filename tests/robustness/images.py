"""Every real picture, whole and cut at ten places, is decoded or refused clearly."""

from __future__ import annotations

from collections import Counter

from estampe.errors import FormatError
from estampe.images import Scan
from tests.robustness.alto import cuts

ENDINGS = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".jp2", ".gif", ".webp", ".bmp")


def check(name: str, content: bytes) -> Counter[str]:
    """Decode a picture and its pieces; the whole must be read."""
    seen: Counter[str] = Counter()
    for piece in cuts(content):
        try:
            scan = Scan.from_bytes(piece, name=name)
        except FormatError as refusal:
            assert refusal.document == name and len(refusal.cause) > 10, f"an unclear refusal: {refusal}"
            assert piece is not content, f"the whole picture is refused: {refusal}"
            seen["refused"] += 1
        else:
            assert scan.picture.width and scan.size.area
            seen["read"] += 1
    return seen
