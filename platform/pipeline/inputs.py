"""A page's OCR, from a file or through the door to the network."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ..errors import EstampeError, FormatError
from ..net import Door
from ..ocr import DEFAULT_LIMIT as TEXT_BYTES
from ..records import Page, TextSource, is_local
from .asking import ask


@dataclass(frozen=True, slots=True)
class Text:
    """A page's OCR as it came: where from, the bytes, and their SHA-256."""

    source: TextSource
    data: bytes
    sha256: str


def fetch_text(page: Page, door: Door | None) -> Text | None:
    """Return the first of a page's ALTO texts that can be had, files first; None where the page has none.

    Raises EstampeError where it has some and none can be had.
    """
    sources = sorted(
        (text for text in page.texts if text.format == "alto"), key=lambda text: not is_local(text.address)
    )
    failure: EstampeError | None = None
    for source in sources:
        try:
            data = _read_text(source.address, door)
        except EstampeError as error:
            failure = failure or error
            continue
        return Text(source, data, hashlib.sha256(data).hexdigest())
    if failure is not None:
        raise failure
    return None


def drop(address: str, door: Door | None) -> None:
    """Let the next run ask an address of the network again, for what it gave cannot be read."""
    if door is not None and not is_local(address):
        door.forget(address)


def _read_text(address: str, door: Door | None) -> bytes:
    if not is_local(address):
        return ask(address, door, limit=TEXT_BYTES, accept="application/xml, text/xml, */*;q=.1")
    path = Path(address)
    try:
        if path.stat().st_size > TEXT_BYTES:
            raise FormatError(address, f"the file is larger than {TEXT_BYTES // 1_000_000} MB")
        return path.read_bytes()
    except OSError as error:
        raise FormatError(address, f"the file cannot be read: {error.strerror}") from error
