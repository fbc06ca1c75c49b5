"""Distant scans are asked for as large as the models need them: counted against a real server."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from estampe.catalogue import Catalogue
from estampe.errors import GoneError
from estampe.images import WHOLE as WHOLE_PAGE
from estampe.net import Door, open_door
from estampe.pipeline.scans import Opened, fetch_parts, fetch_scan, open_scan
from estampe.records import Box, ImageService, ImageSource, Page, Size
from estampe.settings import Settings
from tests.harvest.gallica_standin import GallicaStandin, StandinDocument
from tests.harvest.image_standin import ImageStandin
from tests.harvest.standin import Reply
from tests.pipeline.conftest import Inside, exported
from tests.pipeline.test_failing import broken

WHOLE = Size(4000, 6000)


class Static(ImageStandin):
    """A service that has nothing but what it says it has, and refuses all else."""

    def __init__(self, info: dict[str, object], *ready: str) -> None:
        super().__init__({"scan": WHOLE})
        self.info, self.ready = info, ready

    def reply(self, path: str, query: dict[str, str]) -> Reply:
        if path == "/iiif/scan/info.json":
            return Reply(json.dumps({"width": WHOLE.w, "height": WHOLE.h} | self.info).encode(), "application/json")
        if any(f"/{size}/0/" in path for size in self.ready):
            return super().reply(path, query)
        return Reply(b"", "text/plain", 400)


def page(images: ImageStandin, *, level: int | None = 2, version: int = 2, size: Size | None = WHOLE) -> Page:
    service = ImageService(f"{images.url}/iiif/scan", version, level)
    image = ImageSource(f"{images.url}/iiif/scan/full/full/0/default.jpg", service)
    return Page("d.1", "1", 1, size=size, image=image)


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    settings = Settings(home=tmp_path / "home", allow_private_addresses=True, requests_per_second=1000.0)
    with closing(open_door(settings)) as door:
        yield door


def asked(images: ImageStandin) -> list[str]:
    return [request.partition("/iiif/scan/")[2] for request in images.requests]


def test_a_page_is_asked_for_once_and_no_larger_than_is_needed(door: Door) -> None:
    with ImageStandin({"scan": WHOLE}) as images:
        picture = fetch_scan(page(images), door)
        assert asked(images) == ["full/682,/0/default.jpg"]
        assert Image.open(io.BytesIO(picture.data)).size == (682, 1023)
        fetch_scan(page(images), door)
        assert len(images.requests) == 1, "the cache has it"


@pytest.mark.parametrize(
    ("info", "level", "size", "requests"),
    [
        # A service of level 0 is not asked for what it cannot have.
        (
            {
                "sizes": [
                    {"width": 500, "height": 750},
                    {"width": 1000, "height": 1500},
                    {"width": 2000, "height": 3000},
                ]
            },
            0,
            (1000, 1500),
            ["info.json", "full/1000,/0/default.jpg"],
        ),
        ({"sizes": [{"width": 400, "height": 600}]}, 0, (400, 600), ["info.json", "full/400,/0/default.jpg"]),
        # One that says nothing of its level is asked, and then what it allows.
        (
            {"profile": ["http://iiif.io/api/image/2/level1.json", {"maxWidth": 500}]},
            None,
            (333, 500),
            ["full/682,/0/default.jpg", "info.json", "full/333,/0/default.jpg"],
        ),
        ({"maxArea": 600_000}, 2, (632, 948), ["full/682,/0/default.jpg", "info.json", "full/632,/0/default.jpg"]),
        # What says nothing of use is asked for its scan as the manifest has it.
        ({"width": "wide"}, 0, (4000, 6000), ["info.json", "full/full/0/default.jpg"]),
    ],
)
def test_the_nearest_that_the_service_allows(
    door: Door, info: dict[str, object], level: int | None, size: tuple[int, int], requests: list[str]
) -> None:
    ready = "full" if size == (4000, 6000) else f"{size[0]},"
    with Static(info, ready) as images:
        picture = fetch_scan(page(images, level=level), door)
        assert asked(images) == requests
        assert Image.open(io.BytesIO(picture.data)).size == size


def test_a_page_of_unknown_size_is_measured_first(door: Door) -> None:
    with ImageStandin({"scan": WHOLE}) as images:
        fetch_scan(page(images, size=None), door)
        assert asked(images) == ["info.json", "full/682,/0/default.jpg"]


@pytest.mark.parametrize(
    ("info", "level", "ready", "size", "requests"),
    [
        ({}, 2, "full", (400, 600), ["full/full/0/default.jpg"]),
        ({"maxWidth": 300}, 2, "200,", (200, 300), ["full/full/0/default.jpg", "info.json", "full/200,/0/default.jpg"]),
        # The address that the manifest names, before the sizes that are ready.
        ({"sizes": [{"width": 200, "height": 300}]}, 0, "full", (400, 600), ["full/full/0/default.jpg"]),
    ],
)
def test_where_a_whole_page_is_needed_it_is_had_as_large_as_can_be(
    door: Door, info: dict[str, object], level: int, ready: str, size: tuple[int, int], requests: list[str]
) -> None:
    small = Size(400, 600)
    with Static({"width": small.w, "height": small.h} | info, ready) as images:
        images.images = {"scan": small}
        picture = fetch_scan(page(images, level=level, size=small), door, longest=WHOLE_PAGE)
        assert asked(images) == requests
        assert Image.open(io.BytesIO(picture.data)).size == size


def test_what_is_not_there_is_said(door: Door) -> None:
    with ImageStandin({}) as images, pytest.raises(GoneError):
        fetch_scan(page(images), door)


def test_small_pictures_are_had_larger_where_that_shows_more(door: Door) -> None:
    small, middling, tiny = Box(1000, 1000, 900, 600), Box(0, 3000, 3000, 2400), Box(100, 100, 90, 60)
    with ImageStandin({"scan": WHOLE}) as images:
        own = page(images)
        picture = fetch_scan(own, door)
        opened = open_scan(own, picture)
        assert opened and opened.small([middling, small, tiny]) == (tiny, small)
        parts = fetch_parts(own, opened.small([middling, small]), door)
        assert asked(images)[1:] == ["1000,1000,900,600/512,/0/default.jpg"]
        closer = open_scan(own, picture, parts)
        assert closer
        cut, plain = closer.cut(small, 1024), opened.cut(small, 1024)
        assert cut.size == (512, 341) and plain.size[0] < 160
        # The same place: red tells how far to the right, green how far down.
        for place in ((0.1, 0.1), (0.5, 0.5), (0.9, 0.9)):
            one, other = (
                view.getpixel((int(place[0] * view.width), int(place[1] * view.height))) for view in (cut, plain)
            )
            assert isinstance(one, tuple) and isinstance(other, tuple)
            assert max(abs(a - b) for a, b in zip(one, other, strict=True)) <= 3
        many = [Box(700 * n, 700 * n, 300 + n, 300) for n in range(6)]
        assert len(opened.small(many)) == 4, "the host is asked for a few"


def test_the_pages_of_a_run(
    inside: Inside, gallica: GallicaStandin, images: ImageStandin, printed: dict[str, StandinDocument], tmp_path: Path
) -> None:
    document = printed["Carillonnades"]
    # A backbone that cannot be read costs no time, and pictures are had for it all the same.
    listed = broken(tmp_path, "efficientnet-lite2")
    inside.environment |= {
        "ESTAMPE_WITHOUT": "detector,genre,objects,words,subject,copies,names",
        "ESTAMPE_MODELS": str(listed),
    }
    inside("run", "--quiet", document.ark)
    with Catalogue.open(Settings(home=inside.home).catalogue_url) as catalogue:
        pages = catalogue.pages(f"ark-12148-{document.name}")
    requests = [request.split("/")[-4:-2] for request in images.requests]
    whole = [size for region, size in requests if region == "full"]
    parts = [(region.split(","), size) for region, size in requests if region != "full"]
    assert whole == ["749,"] * len(pages) == ["749,"] * 2, "1,024 pixels high"
    assert 0 < len(parts) <= 4 * len(pages)
    for box, size in parts:
        assert max(map(int, box[2:])) <= 512 if size == "full" else int(size.rstrip(",")) <= 512
    assert len(set(images.requests)) == len(images.requests), "nothing is asked twice"
    assert all(row["pixels"] for row in exported(inside) if not row["noise"])
    had = sum(path.stat().st_size for path in (inside.home / "cache" / "bodies").rglob("*") if path.is_file())
    assert had < 1_000_000, "of scans that have tens of millions of pixels"


def test_a_file_with_small_pictures_is_decoded_larger(tmp_path: Path) -> None:
    path = tmp_path / "page.jpg"
    Image.effect_noise((1600, 2400), 60).convert("RGB").save(path, quality=60)
    own = Page("d.1", "1", 1, image=ImageSource(str(path)))
    opened = open_scan(own, None)
    assert isinstance(opened, Opened) and opened.scan.size == Size(1600, 2400)
    assert opened.scan.picture.size == (800, 1200), "half is enough, and sooner decoded"
