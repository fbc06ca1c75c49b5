"""Scans in all the kinds that libraries have, and files that are none."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from estampe.errors import FormatError
from estampe.images import WHOLE as LARGEST
from estampe.images import Scan, ceilings, jpeg2000
from estampe.records import Box, Size
from tests.images.pictures import LEFT, RIGHT, flag, png, sixteen_bits, waves

WHOLE = Size(300, 200)


@pytest.mark.parametrize(
    ("size", "longest", "bearable"),
    [
        (Size(6000, 9000), 1024, 1024),
        (Size(6000, 9000), LARGEST, 9000),
        # Of 600 million pixels, and of many more, as much as memory should hold: a half, an eighth.
        (Size(20_000, 30_000), LARGEST, 15_000),
        (Size(20_000, 30_000), 3000, 3000),
        (Size(80_000, 80_000), LARGEST, 10_000),
    ],
)
def test_of_what_is_too_large_for_memory_a_half_or_less_is_decoded(size: Size, longest: int, bearable: int) -> None:
    assert ceilings.bearable(size, longest) == bearable


@pytest.mark.parametrize("name", ["s.jpg", "s.png", "s.jp2"])
@pytest.mark.parametrize("or_more", [False, True])
def test_a_page_as_large_as_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, or_more: bool) -> None:
    path = tmp_path / name
    flag().save(path)
    assert Scan.open(path, LARGEST, or_more=or_more).picture.size == (300, 200)
    monkeypatch.setattr(ceilings, "MAX_WHOLE_PIXELS", 20_000)
    smaller = Scan.open(path, LARGEST, or_more=or_more)
    assert (smaller.size, smaller.picture.size) == (WHOLE, (150, 100))


def test_a_scan_is_kept_smaller() -> None:
    scan = Scan(Size(6000, 4000), Image.new("RGB", (6000, 4000)))
    assert scan.reduced().picture.size == (3000, 2000) and scan.reduced().size == Size(6000, 4000)
    assert scan.reduced(9000) is scan


def near(pixel: object, expected: tuple[int, ...], by: int = 12) -> bool:
    return bool(np.all(np.abs(np.array(pixel, int) - expected) <= by))


@pytest.mark.parametrize("name", ["s.jpg", "s.png", "s.tif", "s.webp", "s.jp2", "s.j2k", "s.gif", "s.bmp"])
def test_formats(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    try:
        flag().save(path)
    except OSError as error:
        pytest.skip(str(error))
    if name == "s.bmp":
        with pytest.raises(FormatError, match="no picture, or of a kind that is not read"):
            Scan.open(path)
        return
    for scan in (Scan.open(path), Scan.from_bytes(path.read_bytes())):
        assert (scan.size, scan.picture.size, scan.picture.mode) == (WHOLE, (300, 200), "RGB")
        assert near(scan.picture.getpixel((20, 100)), LEFT)
        assert near(scan.picture.getpixel((280, 100)), RIGHT)


def test_a_name_that_is_no_utf_8_is_told(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"page\xe9.png")
    flag().save(path)
    for or_more in (False, True):
        with pytest.raises(FormatError, match=r"page\\udce9\.png: its name is no UTF-8") as refused:
            Scan.open(path, or_more=or_more)
        assert str(refused.value).encode("utf-8")


@pytest.mark.parametrize("name", ["g.tif", "g.png", "g.jp2"])
def test_sixteen_bits(tmp_path: Path, name: str) -> None:
    scan = Scan.open(sixteen_bits(tmp_path / name, waves()))
    assert scan.picture.mode == "L"
    assert np.abs(np.asarray(scan.picture, int) - np.asarray(waves(), int)).max() <= 2


@pytest.mark.parametrize("name", ["c.tif", "c.png"])
def test_sixteen_bits_of_colour(tmp_path: Path, name: str) -> None:
    scan = Scan.open(sixteen_bits(tmp_path / name, flag()))
    assert near(scan.picture.getpixel((20, 100)), LEFT)


@pytest.mark.parametrize("options", [{"compression": "group4"}, {"compression": "raw"}])
def test_one_bit(tmp_path: Path, options: dict[str, str]) -> None:
    flag().convert("L").point(lambda value: 255 if value > 80 else 0).convert("1").save(tmp_path / "b.tif", **options)
    scan = Scan.open(tmp_path / "b.tif")
    assert scan.picture.mode == "L"
    assert {color for _, color in scan.picture.getcolors() or []} == {0, 255}


@pytest.mark.parametrize("name", ["k.jpg", "k.tif"])
def test_four_inks(tmp_path: Path, name: str) -> None:
    Image.new("CMYK", (300, 200), (0, 255, 255, 0)).save(tmp_path / name)
    red, green, blue = Scan.open(tmp_path / name).picture.getpixel((5, 5))
    assert red > 180 > 90 > max(green, blue)


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.jp2"])
def test_what_is_transparent_lies_on_white(tmp_path: Path, name: str) -> None:
    Image.new("RGBA", (300, 200), (0, 0, 0, 0)).save(tmp_path / name)
    assert near(Scan.open(tmp_path / name).picture.getpixel((5, 5)), (255, 255, 255))


@pytest.mark.parametrize(("orientation", "left"), [(1, (20, 100)), (3, (280, 100)), (6, (100, 20)), (8, (100, 280))])
def test_scans_are_upright(tmp_path: Path, orientation: int, left: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[0x112] = orientation
    flag().save(tmp_path / "e.jpg", exif=exif)
    scan = Scan.open(tmp_path / "e.jpg")
    assert scan.size == (WHOLE if orientation < 5 else Size(200, 300))
    assert near(scan.picture.getpixel(left), LEFT)


def test_a_scan_is_decoded_no_larger_than_it_is_needed(tmp_path: Path) -> None:
    flag(3000, 2000).save(tmp_path / "s.jpg")
    scan = Scan.open(tmp_path / "s.jpg", longest=600)
    assert (scan.size, scan.picture.size) == (Size(3000, 2000), (600, 400))


@pytest.mark.parametrize("levels", [1, 3, 6])
def test_jpeg_2000_with_few_levels(tmp_path: Path, levels: int) -> None:
    path = tmp_path / "s.jp2"
    flag(1200, 800).save(path, num_resolutions=levels)
    assert jpeg2000.resolution_levels(path) == levels - 1
    scan = Scan.open(path, longest=100)
    assert (scan.size, scan.picture.size) == (Size(1200, 800), (100, 67))


def test_crops_are_cut_in_the_frame_of_the_page(tmp_path: Path) -> None:
    flag().save(tmp_path / "s.png")
    scan = Scan.open(tmp_path / "s.png")
    crop = scan.crop(Box(500, 0, 500, 500), Size(1000, 1000), 60)
    assert crop.size == (60, 40)
    assert near(crop.getpixel((30, 20)), RIGHT)
    # A box that hangs over the edge is cut at it; one beyond it is none.
    assert scan.crop(Box(900, 900, 500, 500), Size(1000, 1000), 500).size == (30, 20)
    with pytest.raises(FormatError, match="outside"):
        scan.crop(Box(1000, 0, 10, 10), Size(1000, 1000), 60)


# --- what is no picture ------------------------------------------------------------------------------


def refusal(path: Path) -> str:
    causes = set()
    with pytest.raises(FormatError) as caught:
        Scan.open(path)
    causes.add(caught.value.cause)
    with pytest.raises(FormatError) as caught:
        Scan.from_bytes(path.read_bytes(), name=str(path))
    causes.add(caught.value.cause)
    assert caught.value.document == str(path)
    return " | ".join(causes)


@pytest.mark.parametrize("part", [0.05, 0.5, 0.95])
@pytest.mark.parametrize("name", ["c.jpg", "c.png", "c.tif", "c.webp", "c.jp2"])
def test_what_is_cut_off_is_refused(tmp_path: Path, name: str, part: float) -> None:
    path = tmp_path / name
    noise = np.random.default_rng(1).integers(0, 255, (200, 300, 3), np.uint8)
    Image.fromarray(noise).save(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * part)])
    assert refusal(path)


def test_progressive_jpegs_that_are_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "p.jpg"
    waves().save(path, progressive=True)
    path.write_bytes(path.read_bytes()[:-500])
    assert refusal(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff",
        b"<!doctype html><html></html>",
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
        b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n",
        b"\x00\x00\x00\x0cjP  \r\n\x87\n" + b"\0" * 99,
        b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 9 +X 9\n" + b"\0" * 400,
    ],
)
def test_what_is_no_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.jpg").write_bytes(content)
    assert refusal(tmp_path / "x.jpg")


def test_files_that_cannot_be_had(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="No such file"):
        Scan.open(tmp_path / "nothing.jpg")
    with pytest.raises(FormatError, match="directory"):
        Scan.open(tmp_path)


def test_more_pixels_than_a_scan_can_have(tmp_path: Path) -> None:
    assert "60000 × 60000" in refusal(png(tmp_path / "b.png", 60_000, 60_000))


def test_pictures_that_must_be_held_whole_have_a_lower_ceiling(tmp_path: Path) -> None:
    assert "decoded whole" in refusal(png(tmp_path / "b.png", 20_000, 20_000, interlaced=True))
