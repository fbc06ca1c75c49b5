"""Asking a IIIF Image API service, versions 1 to 3, for a part of a scan."""

from __future__ import annotations

from ..records import Box, Page, Size


def page_address(page: Page, *, longest: int) -> str | None:
    """Return where a whole page is served with its longest side at most ``longest``; None as for `region_address`."""
    frame = page.size or (page.image.size if page.image else None)
    return region_address(page, Box(0, 0, frame.w, frame.h), width=_width(frame, longest)) if frame else None


def part_address(page: Page, box: Box, *, longest: int) -> str | None:
    """Return where a box of a page is served, its longest side at most ``longest``; None as for `region_address`."""
    return region_address(page, box, width=_width(Size(box.w, box.h), longest))


def region_address(page: Page, box: Box, *, width: int) -> str | None:
    """Return where a box of a page is served as JPEG, at most ``width`` pixels wide and never enlarged.

    None where no service can: there is none, it is of level 0, or the size of page or scan is not known. The box is in
    the page's frame; the service counts in pixels of the scan.
    """
    image = page.image
    frame = page.size or (image.size if image else None)
    if image is None or image.service is None or image.service.level == 0 or frame is None:
        return None
    scan = image.size or frame
    part = box.scaled(scan.w / frame.w, scan.h / frame.h).clipped(scan)
    if part is None:
        return None
    region = "full" if part == Box(0, 0, scan.w, scan.h) else part.xywh
    size = _size(part, width, image.service.version)
    quality = "native" if image.service.version == 1 else "default"
    return f"{image.service.id.rstrip('/')}/{region}/{size}/0/{quality}.jpg"


def _width(size: Size, longest: int) -> int:
    """Return the width at which something has its longest side: all services of level 1 know widths."""
    return max(1, min(longest, longest * size.w // max(size.h, 1)))


def _size(part: Box, width: int, version: int) -> str:
    if part.w > width:
        return f"{width},"
    # Version 3 has no "full", and versions 1 and 2 deprecate asking a part for its own width.
    return "max" if version >= 3 else "full"
