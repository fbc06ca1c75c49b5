"""The zoom of a picture's page: the whole scan by a service or as a plain file, a part of it alone, its controls."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import serious, shoot
from tests.viewer.seen import pictures
from tests.viewer.stand_in import site


@pytest.fixture
def base(serve: Callable[[Any], str], front_end: Path) -> str:
    return serve(site(front_end))


def look(page: Page, name: str) -> Image.Image:
    """Return the zoom as it is seen once it is at rest."""
    page.wait_for_selector(".zoom-ready")
    last: Image.Image | None = None
    for _ in range(40):
        page.wait_for_timeout(150)
        now = shoot(page, f"zoom-{name}", clip=page.locator("[data-zoom]").bounding_box())
        if last is not None and now.tobytes() == last.tobytes() and pictures(now):
            return now
        last = now
    raise AssertionError("the zoom does not come to rest")


@pytest.mark.parametrize("key", ["f1", "f3"], ids=["plain-image", "service"])
def test_the_whole_scan(page: Page, base: str, key: str) -> None:
    page.goto(f"{base}/zoom?key={key}")
    whole = pictures(look(page, key))[0]
    page.get_by_role("button", name="Zoom in").click()
    closer = pictures(look(page, f"{key}-closer"))
    assert max(one.right - one.left for one in closer) > 1.3 * (whole.right - whole.left)
    page.get_by_role("button", name="Show it whole").click()
    assert pictures(look(page, f"{key}-again"))[0] == whole


@pytest.mark.parametrize("key", ["f1", "f2", "f3"], ids=["as-large", "twice-as-large", "service"])
def test_a_picture_is_shown_out_of_its_page(page: Page, base: str, key: str) -> None:
    page.goto(f"{base}/zoom?key={key}&part=1")
    image = look(page, f"{key}-part")
    picture = pictures(image)[0]
    assert max(picture.right - picture.left, picture.bottom - picture.top) > 0.98 * min(image.size)
    # Nothing of the page around it: what is not blue, nor a control, is the plain ground.
    around = np.asarray(image).copy()
    left, top, right, bottom = picture
    around[max(0, top - 3) : bottom + 3, max(0, left - 3) : right + 3] = around[0, 0]
    around[-60:] = around[0, 0]
    assert (around == around[0, 0]).all()
    page.get_by_role("button", name="Show the page around it").click()
    assert pictures(look(page, f"{key}-page"))[0].bottom < 0.7 * image.height
    page.get_by_role("button", name="Show the picture alone").click()
    assert pictures(look(page, f"{key}-part-again"))[0] == picture


def test_the_keyboard_zooms_and_the_wheel_scrolls_the_page(page: Page, base: str) -> None:
    page.goto(f"{base}/zoom")
    whole = pictures(look(page, "before"))[0]
    page.get_by_role("application").focus()
    page.keyboard.press("+")
    closer = pictures(look(page, "keyboard"))[0]
    assert closer.right - closer.left > whole.right - whole.left
    page.keyboard.press("0")
    assert pictures(look(page, "home"))[0] == whole
    page.locator("[data-zoom]").hover()
    for _ in range(4):
        page.mouse.wheel(0, 60)
    page.wait_for_function("scrollY > 100")
    page.wait_for_timeout(500)
    page.evaluate("scrollTo(0, 0)")
    assert pictures(look(page, "wheel"))[0] == whole


def test_where_the_image_does_not_come_the_small_one_stays(page: Page, base: str, allowed_errors: list[str]) -> None:
    allowed_errors.append("404")
    page.goto(f"{base}/zoom?image=missing")
    expect(page.get_by_role("status")).to_have_text("The full image did not come. This is a smaller one.")
    expect(page.get_by_role("img", name="The bridge")).to_be_visible()


def test_french_and_accessible(page: Page, base: str) -> None:
    page.goto(f"{base}/zoom?lang=fr&part=1")
    look(page, "french")
    for name in ("Agrandir", "Réduire", "Montrer en entier", "Tourner vers la droite", "Montrer la page autour"):
        expect(page.get_by_role("button", name=name)).to_be_visible()
    assert serious(page) == []
