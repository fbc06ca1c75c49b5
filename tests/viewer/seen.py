"""What is seen in a screenshot: the blue pictures of the stand-in pages, and the boxes drawn around them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page
from skimage.measure import label, regionprops

from tests.browser import shoot
from tests.viewer.stand_in import BLUE, VERMILION

Mask = np.ndarray[Any, np.dtype[np.bool_]]


class Seen(NamedTuple):
    """A rectangle on the screen, in pixels: left, top, right, bottom."""

    left: int
    top: int
    right: int
    bottom: int


def near(image: Image.Image, colour: tuple[int, int, int], distance: int = 40) -> Mask:
    """Return where a colour is, give or take."""
    pixels = np.asarray(image, dtype=np.int16)
    mask: Mask = np.abs(pixels - np.array(colour, dtype=np.int16)).max(axis=2) <= distance
    return mask


def pictures(image: Image.Image) -> list[Seen]:
    """Return the blue pictures, from top to bottom."""
    found = regionprops(label(near(image, BLUE)))
    boxes = [Seen(one.bbox[1], one.bbox[0], one.bbox[3], one.bbox[2]) for one in found if one.area > 400]
    return sorted(boxes, key=lambda box: (box.top, box.left))


def framed(image: Image.Image, picture: Seen, reach: int = 7) -> bool:
    """Whether a box runs along all four edges of a picture, at most ``reach`` pixels away; it may be dashed."""
    ink = near(image, VERMILION)
    left, top, right, bottom = picture
    sides = (
        ink[max(0, top - reach) : top + reach, left:right].any(axis=0),
        ink[bottom - reach : bottom + reach, left:right].any(axis=0),
        ink[top:bottom, max(0, left - reach) : left + reach].any(axis=1),
        ink[top:bottom, right - reach : right + reach].any(axis=1),
    )
    return all(side.mean() > 0.4 for side in sides)


def stray(image: Image.Image, around: list[Seen], reach: int = 26) -> int:
    """Return how many pixels of boxes are further than ``reach`` from the edges of all these pictures."""
    ink = near(image, VERMILION)
    for left, top, right, bottom in around:
        ink[max(0, top - reach) : top + reach, max(0, left - reach) : right + reach] = False
        ink[bottom - reach : bottom + reach, max(0, left - reach) : right + reach] = False
        ink[max(0, top - reach) : bottom + reach, max(0, left - reach) : left + reach] = False
        ink[max(0, top - reach) : bottom + reach, right - reach : right + reach] = False
    return int(ink.sum())


def stage(page: Page) -> Locator:
    """Return the part of the viewer where the page lies."""
    return page.locator(".mirador-osd-container")


def settle(page: Page, boxes: int | None = None) -> None:
    """Wait until the image and so many boxes are drawn."""
    page.wait_for_selector(".estampe-overlay", state="attached")
    if boxes is not None:
        page.wait_for_function(f"document.querySelector('.estampe-overlay').dataset.boxes === '{boxes}'")
    still(page)


def still(page: Page) -> None:
    """Wait until two looks, a little apart, are the same and there is something to see."""
    last = b""
    for _ in range(60):
        page.wait_for_timeout(150)
        now = stage(page).screenshot()
        if now == last:
            return
        last = now
    raise AssertionError("the viewer does not come to rest")


def look(page: Page, name: str) -> Image.Image:
    """Return what is seen of the page in the viewer, kept as ``test-results/viewer-NAME.png``."""
    box = stage(page).bounding_box()
    assert box is not None
    return shoot(page, f"viewer-{name}", clip=box)
