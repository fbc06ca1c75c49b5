"""Crops, thumbnails and tiles of local scans."""

from __future__ import annotations

import json
import math
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from estampe.errors import FormatError
from estampe.images import Derivatives
from estampe.records import Box, Size
from tests.images.pictures import flag, png, waves


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "scan.jpg"
    flag(1300, 900).save(path, quality=95)
    return path


@pytest.fixture
def derivatives(tmp_path: Path) -> Derivatives:
    folder = tmp_path / "derivatives"
    folder.mkdir()
    return Derivatives(folder)


def size(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        assert picture.format == "JPEG"
        return picture.size


@pytest.mark.parametrize("width", [40, 100, 320, 650, 5000])
def test_a_crop_shows_its_box_at_the_width_that_is_asked_for(derivatives: Derivatives, scan: Path, width: int) -> None:
    crop = derivatives.crop(scan, Box(250, 0, 500, 1000), Size(1000, 1000), width)
    shown = min(width, 650)
    assert size(crop) == (shown, pytest.approx(900 * shown / 650, abs=2))
    with Image.open(crop) as picture:
        left, right = picture.getpixel((1, 5)), picture.getpixel((shown - 2, 5))
    assert left[0] > left[2]
    assert right[2] > right[0]


def test_what_killed_processes_left_is_swept_and_nothing_else(tmp_path: Path, scan: Path) -> None:
    folder = tmp_path / "derivatives"
    old, young = folder / "making-old", folder / "making-young"
    for making in (old, young):
        (making / "tiles").mkdir(parents=True)
        (making / "tiles" / "half.jpg").touch()
    os.utime(old, (0, 0))
    kept = Derivatives(folder).thumbnail(scan, 100)
    assert kept.exists() and not old.exists() and (young / "tiles" / "half.jpg").exists()


def test_thumbnails(derivatives: Derivatives, scan: Path) -> None:
    assert size(derivatives.thumbnail(scan, 130)) == (130, 90)
    assert size(derivatives.thumbnail(scan, 9000)) == (1300, 900)


def test_what_was_made_is_not_made_again_until_the_scan_changes(derivatives: Derivatives, scan: Path) -> None:
    first = derivatives.thumbnail(scan, 100)
    made = first.stat().st_mtime_ns
    assert (derivatives.thumbnail(scan, 100), first.stat().st_mtime_ns) == (first, made)
    waves(1300, 900).save(scan)
    second = derivatives.thumbnail(scan, 100)
    assert second != first
    with Image.open(second) as picture:
        assert picture.mode == "L"


def test_forgetting_a_scan_deletes_all_that_was_made_of_it(
    derivatives: Derivatives, scan: Path, tmp_path: Path
) -> None:
    derivatives.thumbnail(scan, 100)
    derivatives.tiles(scan)
    waves().save(scan)
    derivatives.thumbnail(scan, 100)
    scan.unlink()
    derivatives.forget(scan)
    assert [path for path in (tmp_path / "derivatives").rglob("*") if path.is_file()] == []


def test_many_who_ask_at_once_get_the_same_whole_file(derivatives: Derivatives, scan: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(lambda _: derivatives.tiles(scan), range(16)))
    assert len(set(paths)) == 1
    assert (paths[0] / "info.json").is_file()


def test_no_half_made_file_stays(derivatives: Derivatives, tmp_path: Path) -> None:
    path = tmp_path / "cut.jpg"
    waves(900, 900).save(path)
    path.write_bytes(path.read_bytes()[:2000])
    for make in (
        lambda: derivatives.thumbnail(path, 50),
        lambda: derivatives.tiles(path),
        lambda: derivatives.crop(path, Box(0, 800, 50, 50), Size(900, 900), 40),
    ):
        with pytest.raises(FormatError, match=r"cut\.jpg"):
            make()
    assert [path for path in (tmp_path / "derivatives").rglob("*") if path.is_file()] == []


def test_what_cannot_be_made(derivatives: Derivatives, scan: Path, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="outside"):
        derivatives.crop(scan, Box(2000, 0, 5, 5), Size(1000, 1000), 40)
    with pytest.raises(FormatError, match="No such file"):
        derivatives.thumbnail(tmp_path / "nothing.jpg", 40)
    with pytest.raises(FormatError, match="60000"):
        derivatives.tiles(png(tmp_path / "bomb.png", 60_000, 60_000))


def test_a_derivative_says_nothing_of_where_the_scan_lies(derivatives: Derivatives, scan: Path) -> None:
    exif = Image.Exif()
    exif[0x10E] = str(scan)
    flag().save(scan, exif=exif)
    assert os.fsencode(scan) not in derivatives.thumbnail(scan, 100).read_bytes()


# --- tiles -------------------------------------------------------------------------------------------


def requests(info: dict[str, object]) -> set[str]:
    """Return all requests for tiles by the algorithm of the Image API 3.0, appendix A."""
    width, height = int(str(info["width"])), int(str(info["height"]))
    asked = set()
    for kind in info["tiles"]:  # type: ignore[attr-defined]
        tile_width = kind["width"]
        tile_height = kind.get("height", tile_width)
        for factor in kind["scaleFactors"]:
            for x in range(0, width, tile_width * factor):
                for y in range(0, height, tile_height * factor):
                    w, h = min(tile_width * factor, width - x), min(tile_height * factor, height - y)
                    region = "full" if (w, h) == (width, height) else f"{x},{y},{w},{h}"
                    asked.add(f"{region}/{math.ceil(w / factor)},{math.ceil(h / factor)}/0/default.jpg")
    for kind in info.get("sizes", []):  # type: ignore[attr-defined]
        asked.add(f"full/{kind['width']},{kind['height']}/0/default.jpg")
    return asked


@pytest.mark.parametrize(("width", "height"), [(1300, 900), (512, 512), (513, 300), (100, 80), (1, 1), (2000, 40)])
def test_every_request_of_a_level_0_client_is_answered(
    derivatives: Derivatives, tmp_path: Path, width: int, height: int
) -> None:
    path = tmp_path / "scan.png"
    flag(width, height).save(path)
    folder = derivatives.tiles(path)
    info = json.loads((folder / "info.json").read_text("utf-8"))
    assert (info["@context"], info["type"]) == ("http://iiif.io/api/image/3/context.json", "ImageService3")
    assert (info["protocol"], info["profile"]) == ("http://iiif.io/api/image", "level0")
    assert (info["width"], info["height"]) == (width, height)
    asked = requests(info)
    assert [request for request in sorted(asked) if not (folder / request).is_file()] == []
    for request in asked:
        w, h = request.split("/")[1].split(",")
        assert size(folder / request) == (int(w), int(h))
    assert size(folder / "full" / "max" / "0" / "default.jpg") == (width, height)
    # Nothing lies there that nobody asks for.
    there = {str(file.relative_to(folder)) for file in folder.rglob("*.jpg")} - {"full/max/0/default.jpg"}
    assert there == asked


@pytest.mark.real_data
def test_real_scans(derivatives: Derivatives, data: Path) -> None:
    path = data / "segmonto-fullres" / "imprime-17" / "btv1b8610802d" / "f21.jpg"
    frame = Size(2561, 3631)
    assert size(derivatives.crop(path, Box(157, 317, 1833, 157), frame, 480)) == (480, 41)
    folder = derivatives.tiles(path)
    info = json.loads((folder / "info.json").read_text("utf-8"))
    assert all((folder / request).is_file() for request in requests(info))
