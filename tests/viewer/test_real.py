"""Real pages, from the folder of a workshop to the screen: a newspaper of 1910, and a book of the sixteenth century."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from playwright.sync_api import Page, expect
from skimage.measure import label, regionprops

from estampe.catalogue import Catalogue
from estampe.cli import main
from estampe.records import Illustration
from estampe.settings import Settings
from estampe.web import create_app
from tests.browser import serious, shoot
from tests.viewer.seen import Seen, look, near, settle, still
from tests.viewer.stand_in import VERMILION

pytestmark = pytest.mark.real_data

NEWSPAPER, BOOK = "ark-12148-bpt6k46000341", "ark-12148-bpt6k3041989v"


@pytest.fixture(scope="module")
def home(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with four pages of *Excelsior*, whose scans are a tenth of their ALTO, and one page of an old book."""
    folder = tmp_path_factory.mktemp("real")
    excelsior = data / "bnf-e2e-excelsior-1910"
    (folder / "excelsior").mkdir()
    for number in range(1, 5):
        ocr = excelsior / "OLR-BnF" / "4600034" / "ocr" / f"X{number:07}.xml"
        shutil.copy(ocr, folder / "excelsior" / f"f{number}.xml")
        shutil.copy(excelsior / "images" / "12148" / "bpt6k46000341" / f"f{number}.jpg", folder / "excelsior")
    book = data / "segmonto-fullres" / "imprime-16" / "bpt6k3041989v"
    sources = [str(folder / "excelsior"), str(book)]
    done = CliRunner().invoke(main, ["--home", str(folder / "home"), "run", "--offline", *sources])
    assert done.exit_code == 0, done.output
    return folder / "home"


@pytest.fixture
def base(home: Path, serve: Callable[[Any], str], front_end: Path) -> str:
    """The address of Estampe's own server; what it publishes names itself by it."""
    app: list[Any] = []
    address = serve(lambda environment, start: app[0](environment, start))
    app.append(create_app(Settings(home=home, base_url=address, offline=True)))
    return address


def pictures_of(home: Path, document: str) -> list[Illustration]:
    with Catalogue.open(Settings(home=home).catalogue_url) as catalogue:
        return [one for one in catalogue.illustrations_of(document=document) if not one.noise]


def scan_of(home: Path, illustration: Illustration) -> Image.Image:
    """Return what the scan has in the box of an illustration, whatever the scan's size."""
    with Catalogue.open(Settings(home=home).catalogue_url) as catalogue:
        page = catalogue.page(illustration.page)
    assert page is not None
    assert page.image is not None
    assert page.size is not None
    with Image.open(page.image.address) as scan:
        box = illustration.box.scaled(scan.width / page.size.w, scan.height / page.size.h)
        return scan.convert("L").crop((box.x, box.y, box.right, box.bottom))


def selected(image: Image.Image) -> Seen:
    """Return the inside of the box that is drawn thickest and largest."""
    frames = regionprops(label(near(image, VERMILION)))
    left, top, right, bottom = max(
        ((f.bbox[1], f.bbox[0], f.bbox[3], f.bbox[2]) for f in frames), key=lambda b: (b[2] - b[0]) * (b[3] - b[1])
    )
    return Seen(left + 5, top + 5, right - 5, bottom - 5)


def likeness(one: Image.Image, other: Image.Image) -> float:
    """Return how alike two grey images are, 1 for the same; both are looked at as they are without fine detail."""
    size = (64, 64)
    a, b = (np.asarray(each.convert("L").resize(size), dtype=float).ravel() for each in (one, other))
    return float(np.corrcoef(a, b)[0, 1])


@pytest.mark.parametrize("document", [NEWSPAPER, BOOK])
def test_each_box_holds_its_picture(page: Page, base: str, home: Path, document: str) -> None:
    found = pictures_of(home, document)
    assert found
    for illustration in found:
        key = illustration.page.split(".")[1]
        page.goto(f"{base}/en/documents/{document}?page={key}&illustration={illustration.id}")
        page.wait_for_selector("[aria-current=true]")
        settle(page)
        image = look(page, f"real-{illustration.id}")
        inside = selected(image)
        # The badge hides the corner.
        seen = image.crop((inside.left + 20, inside.top + 20, inside.right, inside.bottom))
        scan = scan_of(home, illustration)
        ratio = scan.width / (inside.right - inside.left)
        expected = scan.crop((round(20 * ratio), round(20 * ratio), scan.width, scan.height))
        assert likeness(seen, expected) > 0.9, illustration.id


def test_the_newspaper_is_read_and_searched(page: Page, base: str) -> None:
    page.goto(f"{base}/en/documents/{NEWSPAPER}?page=f3")
    settle(page)
    shoot(page, "viewer-real-document")
    page.get_by_role("tab", name="Search").click()
    page.get_by_label("search terms").fill("paris")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=/1 of \\d+/")
    still(page)
    image = look(page, "real-search")
    assert near(image, (255, 180, 90), 60).any()
    shoot(page, "viewer-real-search")
    assert serious(page) == []


def test_the_strip_moves_the_viewer(page: Page, base: str, home: Path) -> None:
    page.goto(f"{base}/en/documents/{NEWSPAPER}")
    settle(page)
    last = pictures_of(home, NEWSPAPER)[-1]
    page.locator(f"#strip a[href*='{last.id}']").click()
    entry = page.locator(".estampe-region:has([aria-current=true])")
    expect(entry).to_have_count(1)
    expect(entry.get_by_role("link", name="Open the picture’s page")).to_have_attribute(
        "href", f"{base}/en/illustrations/{last.id}"
    )
