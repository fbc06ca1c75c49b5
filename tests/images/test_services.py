"""Parts of scans, asked of IIIF image services."""

from __future__ import annotations

import pytest

from estampe.images import region_address
from estampe.records import Box, ImageService, ImageSource, Page, Size

IMAGE = "https://iiif.example.org/ark:/1/x/f1"


FRAME = Size(1000, 2000)


def page(version: int = 3, level: int | None = 2, frame: Size | None = FRAME, scan: Size | None = None) -> Page:
    service = ImageService(IMAGE, version, level)
    return Page("d.f1", "f1", 1, size=frame, image=ImageSource(f"{IMAGE}/full/max/0/default.jpg", service, scan))


BOX = Box(100, 200, 400, 300)


@pytest.mark.parametrize(
    ("version", "width", "expected"),
    [
        (3, 200, "100,200,400,300/200,/0/default.jpg"),
        (2, 200, "100,200,400,300/200,/0/default.jpg"),
        (1, 200, "100,200,400,300/200,/0/native.jpg"),
        # Never larger than it is: version 3 refuses it, and it would say nothing more.
        (3, 900, "100,200,400,300/max/0/default.jpg"),
        (2, 900, "100,200,400,300/full/0/default.jpg"),
        (1, 400, "100,200,400,300/full/0/native.jpg"),
    ],
)
def test_the_words_of_each_version(version: int, width: int, expected: str) -> None:
    assert region_address(page(version), BOX, width=width) == f"{IMAGE}/{expected}"


def test_boxes_are_scaled_from_the_frame_to_the_scan() -> None:
    address = region_address(page(scan=Size(3000, 6000)), BOX, width=200)
    assert address == f"{IMAGE}/300,600,1200,900/200,/0/default.jpg"


def test_a_box_over_the_edge_is_cut_and_the_whole_page_is_full() -> None:
    assert region_address(page(), Box(900, 1900, 400, 400), width=50) == f"{IMAGE}/900,1900,100,100/50,/0/default.jpg"
    assert region_address(page(), Box(0, 0, 1000, 2000), width=50) == f"{IMAGE}/full/50,/0/default.jpg"
    assert region_address(page(), Box(1000, 0, 10, 10), width=50) is None


@pytest.mark.parametrize(
    "unable",
    [
        page(level=0),
        page(frame=None),
        Page("d.f1", "f1", 1, size=Size(10, 10)),
        Page("d.f1", "f1", 1, size=Size(10, 10), image=ImageSource("https://example.org/1.jpg")),
    ],
)
def test_where_no_service_can(unable: Page) -> None:
    assert region_address(unable, BOX, width=200) is None


def test_a_service_that_does_not_say_its_level_is_asked() -> None:
    assert region_address(page(level=None), BOX, width=200)
