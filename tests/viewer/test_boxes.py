"""Boxes lie where the pictures are: in pixels of the screen, whatever the size of the image."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser import serious, shoot
from tests.viewer.seen import framed, look, pictures, settle, still, stray
from tests.viewer.stand_in import LEAVES, foreign, site


@pytest.fixture
def base(serve: Callable[[Any], str], front_end: Path) -> str:
    return serve(site(front_end))


@pytest.mark.parametrize("leaf", LEAVES[:3], ids=["as-large", "twice-as-large", "service-four-times-smaller"])
def test_boxes_lie_where_the_pictures_are(page: Page, base: str, leaf: Any) -> None:
    page.goto(f"{base}/viewer?canvas={base}/foreign/canvas/{leaf.key}")
    settle(page, len(leaf.pictures))
    image = look(page, f"boxes-{leaf.key}")
    found = pictures(image)
    assert len(found) == len(leaf.pictures)
    assert all(framed(image, picture) for picture in found)
    assert stray(image, found) == 0


def test_boxes_follow_the_page_as_it_is_zoomed_and_moved(page: Page, base: str) -> None:
    page.goto(f"{base}/viewer")
    settle(page, 3)
    before = pictures(look(page, "whole"))[1]
    page.get_by_label("Digitized view").locator("..").focus()
    for key in ("+", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    still(page)
    image = look(page, "zoomed")
    after = next(one for one in pictures(image) if one.top > 20 and abs(one.left - before.left) < 150)
    assert after.right - after.left > 1.05 * (before.right - before.left)
    assert framed(image, after)


def test_two_pages_of_unequal_size_lie_side_by_side(page: Page, base: str) -> None:
    page.goto(f"{base}/viewer?canvas={base}/foreign/canvas/f2&manifest={base}/iiif/doc/manifest.json%3Fbehavior=paged")
    settle(page, 2)
    image = look(page, "book")
    found = pictures(image)
    assert len(found) == 2
    assert all(framed(image, picture) for picture in found)


def test_an_illustration_is_shown_as_soon_as_the_page_opens(page: Page, base: str) -> None:
    page.goto(f"{base}/viewer?canvas={base}/foreign/canvas/f1&illustration=f1.1")
    settle(page, 3)
    page.wait_for_selector("[aria-current=true]")
    still(page)
    image = look(page, "selected")
    largest = max(pictures(image), key=lambda box: (box.right - box.left) * (box.bottom - box.top))
    assert largest.bottom - largest.top > 0.5 * image.height
    assert abs((largest.left + largest.right) / 2 - image.width / 2) < 0.1 * image.width
    assert framed(image, largest, reach=9)


def test_a_link_of_the_page_moves_the_viewer(page: Page, base: str) -> None:
    page.goto(f"{base}/viewer")
    settle(page, 3)
    page.evaluate("addEventListener('estampe:canvas', event => { document.title = event.detail.canvas })")
    page.get_by_role("link", name="Second").click()
    page.wait_for_selector("[aria-current=true] >> text=Twice as large")
    still(page)
    assert page.title() == f"{base}/foreign/canvas/f2"
    image = look(page, "linked")
    assert framed(image, pictures(image)[0], reach=9)


def test_a_click_on_a_picture_selects_it(page: Page, base: str) -> None:
    page.goto(f"{base}/viewer")
    settle(page, 3)
    picture = pictures(look(page, "click"))[1]
    corner = page.locator(".mirador-osd-container").bounding_box()
    assert corner is not None
    page.mouse.click(corner["x"] + (picture.left + picture.right) / 2, corner["y"] + (picture.top + picture.bottom) / 2)
    assert "A plan of the harbour" in page.locator(".estampe-region:has([aria-current=true])").inner_text()


def test_a_viewer_stands_in_a_frame_of_a_foreign_page(page: Page, base: str, serve: Callable[[Any], str]) -> None:
    page.goto(serve(foreign(f"{base}/embed")))
    frame = page.frame_locator("iframe")
    frame.locator(".estampe-overlay[data-boxes='3']").wait_for(state="attached")
    page.wait_for_function("document.title.includes('estampe:size')")
    page.wait_for_timeout(1000)
    corner = frame.locator(".mirador-osd-container").bounding_box()
    assert corner is not None
    image = shoot(page, "viewer-embed", clip=corner)
    found = pictures(image)
    assert len(found) == 3
    assert all(framed(image, picture) for picture in found)


def test_a_collection_offers_its_documents(page: Page, base: str) -> None:
    page.goto(f"{base}/viewer?manifest={base}/iiif/collections/search.json")
    page.get_by_text("The Daily Block").click()
    settle(page, 3)
    image = look(page, "from-collection")
    assert all(framed(image, picture) for picture in pictures(image))


def test_without_scripts_the_page_says_what_it_has(open_page: Callable[..., Page], base: str) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(f"{base}/viewer")
    assert page.get_by_text("Without scripts there is this.").is_visible()


@pytest.mark.parametrize(
    ("language", "scheme", "width"), [("en", "light", 1440), ("fr", "dark", 1440), ("fr", "light", 360)]
)
def test_axe_finds_nothing_serious(
    open_page: Callable[..., Page], base: str, language: str, scheme: str, width: int
) -> None:
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 900}, locale=language)
    page.goto(f"{base}/viewer?lang={language}&illustration=f1.0")
    settle(page, 3)
    page.wait_for_selector("[aria-current=true]")
    page.locator(".estampe-filters summary").first.click()
    look(page, f"{language}-{scheme}-{width}")
    assert serious(page) == []
