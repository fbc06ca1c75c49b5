"""Every real ALTO and METS file, whole and cut at ten places, is read or refused clearly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from estampe.errors import RefusedError
from estampe.ocr import read_alto, read_mets

CUTS = 10
#: What all readers have to do with.
MEMORY = 500 * 2**20


def cuts(content: bytes) -> Iterator[bytes]:
    """Yield the content whole, and cut at ten places from its first bytes to its last."""
    yield content
    for number in range(CUTS):
        yield content[: 1 + (len(content) - 2) * number // (CUTS - 1)]


def check(name: str, content: bytes) -> Counter[str]:
    """Read a file and its pieces in every way; anything but an answer or a clear refusal is raised."""
    seen: Counter[str] = Counter()
    for piece in cuts(content):
        for reader in (read_alto, read_mets):
            try:
                reader(piece, name=name)
            except RefusedError as refusal:
                if refusal.document != name or len(refusal.cause) < 10:
                    raise AssertionError(f"{name}: an unclear refusal: {refusal}") from refusal
                seen["refused"] += 1
            else:
                seen["read"] += 1
    return seen
