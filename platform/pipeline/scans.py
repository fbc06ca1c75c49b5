"""A page's scan, a file or what an image service gives of it: as large as the models need it, and no larger.

The page is had with 1,024 pixels on its longer side, twice what the detector takes; whole where a detector of one's own
looks at it in patches. Of pictures that are too small there for what looks at them, a few are had by themselves,
larger: from a service each by a request of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..errors import EstampeError, FormatError, GoneError, NetworkError, UnavailableError
from ..images import LOOK, MAX_WHOLE_PIXELS, WHOLE, Offer, Scan, page_address, part_address
from ..net import Door
from ..records import Box, Page, Size
from .asking import ask

if TYPE_CHECKING:
    from PIL import Image

#: The longest side at which a page is asked for; a file is decoded at this size, or up to twice that.
PAGE: Final = 1024
#: The longest side at which a picture is looked at by itself: the classifier of genres sees it with 512 pixels, and
#: strokes in the middle as they are; objects take 300, the backbone 260, palettes 256, faces 192.
PICTURE: Final = 512
# A part is had only where it shows so many times as much as the page does, and no more than so many of a page: requests
# are what costs a host most.
_GAIN, _MOST = 1.6, 4
#: The ceilings of a picture's bytes, and of an ``info.json``.
_PICTURE_BYTES, _INFO_BYTES = 100_000_000, 1_000_000
_ACCEPT: Final = "image/jpeg, image/*;q=.5"


@dataclass(frozen=True, slots=True)
class Picture:
    """A distant scan as it came: where from, and the bytes. ``box`` is the part of the page that it shows, or None."""

    address: str
    data: bytes
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A page's scan, and the page with what is now known of it. ``parts`` are larger views of boxes of the page."""

    scan: Scan
    page: Page
    parts: tuple[tuple[Box, Scan], ...] = ()

    def cut(self, box: Box, longest: int) -> Image.Image:
        """Cut a box out, of its own view where there is one. Raises FormatError where it lies outside the page."""
        for part, scan in self.parts:
            if part == box:
                whole = Size(*scan.picture.size)
                return scan.crop(Box(0, 0, whole.w, whole.h), whole, longest)
        if self.page.size is None:
            raise FormatError(self.page.id, "the size of its page is not known")
        return self.scan.crop(box, self.page.size, longest)

    @property
    def is_large(self) -> bool:
        """Whether as much of the scan is here as any look at its pictures needs, so that nothing is had once more."""
        return max(self.scan.picture.size) >= LOOK

    @property
    def whole(self) -> Image.Image:
        """The page in as many pixels as its file has, as far as that is known and memory holds it.

        Detectors that look at it in patches know things at that scale. Of what its service gave smaller it shows no
        more, but as large.
        """
        picture, size = self.scan.picture, self.page.image.size if self.page.image else None
        if size is None or size.area > MAX_WHOLE_PIXELS or max(size.w, size.h) <= max(picture.size):
            return picture
        return picture.resize((size.w, size.h))

    def reduced(self) -> Opened:
        """Return as much of a page as all but detectors of one's own need."""
        return replace(self, scan=self.scan.reduced())

    def small(self, boxes: Sequence[Box]) -> tuple[Box, ...]:
        """Return the boxes that are too small here for what looks at them, and larger in the scan; at most a few.

        Those that gain most come first.
        """
        frame = self.page.size
        if frame is None or not frame.area:
            return ()
        shown, whole = max(self.scan.picture.size), (self.page.image and self.page.image.size) or frame
        gains = []
        for box in boxes:
            share = max(box.w / frame.w * whole.w, box.h / frame.h * whole.h) / max(whole.w, whole.h)
            has, may_have = share * shown, min(PICTURE, share * max(whole.w, whole.h))
            if may_have >= _GAIN * has:
                gains.append((may_have / has, box))
        return tuple(box for _, box in sorted(gains, key=lambda one: -one[0])[:_MOST])


def open_scan(
    page: Page, picture: Picture | None, parts: Sequence[Picture] = (), *, longest: int = PAGE
) -> Opened | None:
    """Decode a page's scan, a file or what came over the network; None where there is neither. Raises FormatError.

    It has ``longest`` pixels on its longer side at least, if it has so many.
    """
    if picture is not None:
        scan = Scan.from_bytes(picture.data, max(longest, LOOK), picture.address)
        return Opened(scan, page, open_parts(parts))
    image = page.local_scan
    if image is None:
        return None
    path = Path(image.address)
    scan = Scan.open(path, longest, or_more=True)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    known = replace(image, size=scan.size, sha256=sha256, bytes=path.stat().st_size)
    return Opened(scan, replace(page, image=known))


def open_parts(parts: Sequence[Picture]) -> tuple[tuple[Box, Scan], ...]:
    """Decode larger views of boxes of a page; what cannot be read is left out."""
    return tuple(_views(parts))


def _views(parts: Sequence[Picture]) -> Iterator[tuple[Box, Scan]]:
    for part in parts:
        # What cannot be read is seen on the page.
        with suppress(EstampeError):
            if part.box is not None:
                yield part.box, Scan.from_bytes(part.data, PICTURE, name=part.address)


def look_closer(opened: Opened, boxes: Sequence[Box]) -> Opened:
    """Return a file decoded once more, larger, where pictures on it are small; else what was given."""
    image = opened.page.local_scan
    if image is None or opened.is_large or not opened.small(boxes):
        return opened
    return replace(opened, scan=Scan.open(Path(image.address)))


def scan_addresses(page: Page) -> list[str]:
    """Return where a page's scan is fetched from: at a reduced size where its service offers one, and whole."""
    own = [page.image.address] if page.image else []
    return [address for longest in (PAGE, WHOLE) if (address := page_address(page, longest=longest))] or own


def fetch_scan(page: Page, door: Door | None, *, longest: int = PAGE, max_age: float | None = None) -> Picture:
    """Return a distant scan: at the size that is needed, else at the nearest that its service allows, else whole.

    It has ``longest`` pixels on its longer side, or as many as can be had. What the cache has is good for ``max_age``
    seconds; None: where this run asked for it. Raises NetworkError where none of these can be had.
    """
    failure: NetworkError | None = None
    asked = set[str]()
    for address in _ways(page, door, longest):
        if address in asked:
            continue
        asked.add(address)
        try:
            return Picture(address, ask(address, door, limit=_PICTURE_BYTES, accept=_ACCEPT, max_age=max_age))
        except UnavailableError:
            raise
        except NetworkError as error:
            failure = failure or error
    raise failure or GoneError(page.id, "it has no scan")


def fetch_parts(page: Page, boxes: Sequence[Box], door: Door | None) -> tuple[Picture, ...]:
    """Return larger views of boxes of a page; those that cannot be had are left out: the page shows them too."""
    found = []
    for box in boxes:
        address = part_address(page, box, longest=PICTURE)
        if address is None:
            break
        try:
            found.append(Picture(address, ask(address, door, limit=_PICTURE_BYTES, accept=_ACCEPT), box))
        except NetworkError:
            # What is refused once is refused of the others too, and who does not answer is left alone.
            break
    return tuple(found)


def _ways(page: Page, door: Door | None, longest: int) -> Iterator[str]:
    """Yield the addresses of a page's scan; what its service allows is asked for where it must be."""
    if sized := page_address(page, longest=longest):
        yield sized
    elif longest == WHOLE and page.image and page.image.service and page.image.service.level == 0:
        # Of the sizes that are ready, the whole one is seldom named.
        yield page.image.address
    if page.image and (service := page.image.service):
        address = f"{service.id.rstrip('/')}/info.json"
        try:
            data = ask(address, door, limit=_INFO_BYTES, accept="application/ld+json, application/json")
            yield Offer.read(data, address).address(service, longest)
        except UnavailableError:
            raise
        except EstampeError:
            # The address that the manifest names is left.
            pass
    if page.image:
        yield page.image.address
