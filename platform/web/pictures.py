"""Where the picture of an illustration or a page comes from, and the shape that it has before it is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..images import region_address
from ..records import Box, Illustration, Page, Size

#: The widths in which crops are made, in pixels.
WIDTHS = (120, 240, 480, 960, 1920)
#: Shapes beyond these would be threads; the picture then stands in a frame of this shape, whole.
_NARROWEST, _WIDEST = 0.42, 12.0
#: The heights at which a wall shows its pictures, about, in CSS pixels: where there is room, and on a phone.
WALL_HEIGHT, WALL_HEIGHT_NARROW = 240, 160
#: Windows narrower than this are phones', as the style sheets have it.
_PHONE = "(width < 768px)"


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a whole page that is to be seen, in shares of the page, 0 to 1."""

    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as a page shows it.

    ``src`` is empty where none can be had; ``ratio`` is width over height; ``srcset`` and ``sizes`` let the browser
    choose among its widths; ``tone`` stands in until it is there; with a ``window``, ``src`` is the whole page.
    """

    ratio: float
    src: str = ""
    srcset: str = ""
    sizes: str = ""
    tone: str = ""
    window: Window | None = None


#: Makes the address of a crop that we cut ourselves, by illustration id and width.
OwnCrop = Callable[[str, int], str]


def crop_address(illustration: Illustration, page: Page, width: int, own: OwnCrop) -> str:
    """Return the address of an illustration's picture, at most so wide; empty where nobody cuts it out."""
    if page.image is None:
        return ""
    if page.local_scan:
        return own(illustration.id, width) if Path(page.image.address).is_file() else ""
    return region_address(page, illustration.box, width=width) or ""


def picture(
    illustration: Illustration,
    page: Page,
    own: OwnCrop,
    *,
    height: int = WALL_HEIGHT,
    narrow: int = WALL_HEIGHT_NARROW,
) -> Picture:
    """Return an illustration's picture for a place of about this height, in CSS pixels; ``narrow`` is it on a phone."""
    box = illustration.box
    ratio = round(min(max(box.w / max(box.h, 1), _NARROWEST), _WIDEST), 4)
    framed = not _NARROWEST <= box.w / max(box.h, 1) <= _WIDEST
    tone = illustration.pixels.dominant if illustration.pixels and not framed else ""
    width = _at_least(height * box.w / max(box.h, 1))
    if src := crop_address(illustration, page, width, own):
        widths = [known for known in WIDTHS if known <= _at_least(2 * width)]
        srcset = ", ".join(f"{crop_address(illustration, page, known, own)} {known}w" for known in widths)
        wide, small = (round(tall * box.w / max(box.h, 1)) for tall in (height, narrow))
        return Picture(ratio, src, srcset, f"{_PHONE} min({small}px, 100vw), min({wide}px, 100vw)", tone)
    if page.image is not None and not page.local_scan and (frame := page.size or page.image.size):
        return Picture(ratio, page.image.address, tone=tone, window=window(box, frame))
    return Picture(ratio, tone=tone)


def window(box: Box, frame: Size) -> Window:
    """Return where a box lies on its page, in shares."""
    return Window(
        round(box.x / frame.w, 5), round(box.y / frame.h, 5), round(box.w / frame.w, 5), round(box.h / frame.h, 5)
    )


def _at_least(width: float) -> int:
    return next((known for known in WIDTHS if known >= width), WIDTHS[-1])


def page_picture(page: Page, thumbnail: Callable[[str], str], *, width: int = 400) -> Picture:
    """Return a small picture of a whole page; ``thumbnail`` makes the address of our own, by page id."""
    frame = page.size or (page.image.size if page.image else None)
    ratio = round(min(max(frame.w / frame.h, _NARROWEST), _WIDEST), 4) if frame else 0.7
    if page.image is None:
        return Picture(ratio)
    if page.local_scan:
        return Picture(ratio, thumbnail(page.id) if Path(page.image.address).is_file() else "")
    own = region_address(page, Box(0, 0, frame.w, frame.h), width=width) if frame else None
    return Picture(ratio, own or page.image.address)
