"""Scans by their public addresses: never by a path of this machine."""

from __future__ import annotations

from ..iiif import Addresses
from ..records import Page


def scan_address(page: Page, addresses: Addresses) -> str | None:
    """Return the image service of a scan, ours for a file of this machine, else its address; None for no scan."""
    if page.image is None:
        return None
    if page.local_scan:
        return addresses.image_service(page.id)
    return page.image.service.id if page.image.service else page.image.address
