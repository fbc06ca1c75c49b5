"""What a page is made from: its OCR and its scan, from a file or through the door to the network."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import EstampeError, FormatError, GoneError, NetworkError, OfflineError, UnavailableError
from ..images import Scan, region_address
from ..net import Door
from ..ocr import DEFAULT_LIMIT as TEXT_BYTES
from ..records import Box, Page, TextSource, is_local

#: The longest side at which a distant scan is asked for: enough for palettes, hashes and classifiers.
_DISTANT = 1600
#: The ceiling of a picture's bytes.
_PICTURE_BYTES = 100_000_000
_WEB_PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Text:
    """A page's OCR as it came: where from, the bytes, and their SHA-256."""

    source: TextSource
    data: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A distant scan as it came: where from, and the bytes."""

    address: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """A page's scan, and the page with what is now known of it."""

    scan: Scan
    page: Page


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


def open_scan(page: Page, picture: Picture | None) -> Opened | None:
    """Decode a page's scan, a file or what came over the network; None where there is neither. Raises FormatError."""
    if picture is not None:
        return Opened(Scan.from_bytes(picture.data, name=picture.address), page)
    image = page.local_scan
    if image is None:
        return None
    path = Path(image.address)
    scan = Scan.open(path)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    known = replace(image, size=scan.size, sha256=sha256, bytes=path.stat().st_size)
    return Opened(scan, replace(page, image=known))


def scan_address(page: Page) -> str:
    """Return where a page's scan is fetched from, at a reduced size where its service offers one."""
    whole = Box(0, 0, page.size.w, page.size.h) if page.size else None
    reduced = region_address(page, whole, width=_DISTANT) if whole else None
    return reduced or (page.image.address if page.image else "")


def drop(address: str, door: Door | None) -> None:
    """Let the next run ask an address of the network again, for what it gave cannot be read."""
    if door is not None and not is_local(address):
        door.forget(address)


def _read_text(address: str, door: Door | None) -> bytes:
    if not is_local(address):
        return _ask(address, door, limit=TEXT_BYTES, accept="application/xml, text/xml, */*;q=.1")
    path = Path(address)
    try:
        if path.stat().st_size > TEXT_BYTES:
            raise FormatError(address, f"the file is larger than {TEXT_BYTES // 1_000_000} MB")
        return path.read_bytes()
    except OSError as error:
        raise FormatError(address, f"the file cannot be read: {error.strerror}") from error


def fetch_scan(page: Page, door: Door | None) -> Picture:
    """Return a distant scan; the whole of it where its service gives no smaller one. Raises NetworkError."""
    failure: NetworkError | None = None
    for address in dict.fromkeys([scan_address(page), page.image.address if page.image else ""]):
        try:
            return Picture(address, _ask(address, door, limit=_PICTURE_BYTES, accept="image/jpeg, image/*;q=.5"))
        except UnavailableError:
            raise
        except NetworkError as error:
            failure = failure or error
    raise failure or GoneError(page.id, "it has no scan")


def _ask(address: str, door: Door | None, *, limit: int, accept: str) -> bytes:
    """Ask the network. A web page with status 200, as overloaded sources give instead of data, is none."""
    if door is None:
        raise OfflineError(address, "the network is off")
    data = door.get(address, accept=accept, limit=limit).read()
    if _WEB_PAGE.match(data, 0, 4096):
        door.forget(address)
        raise UnavailableError(address, "the answer is a web page, not what was asked for; ask later")
    return data
