"""What pixels say: colour mode, palette, hash."""

from __future__ import annotations

from pathlib import Path

import imagehash
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from estampe.images import describe
from tests.images.pictures import flag, waves

PAPER = (222, 205, 165)


def on_paper() -> Image.Image:
    return ImageOps.colorize(waves(), (35, 30, 28), PAPER)


def with_stamp() -> Image.Image:
    picture = on_paper()
    ImageDraw.Draw(picture).rectangle((200, 20, 260, 60), fill=(40, 70, 190))
    return picture


@pytest.mark.parametrize(
    ("picture", "mode"),
    [
        (waves(), "grey"),
        (waves().convert("RGB"), "grey"),
        (waves().convert("1"), "bitonal"),
        (on_paper(), "tinted"),
        (ImageOps.colorize(waves(), (60, 30, 10), (230, 200, 160)), "tinted"),
        (with_stamp(), "colour"),
        (flag(), "colour"),
        (Image.new("L", (1, 1), 255), "bitonal"),
        (Image.new("RGB", (4000, 1), PAPER), "tinted"),
    ],
)
def test_colour_modes(picture: Image.Image, mode: str) -> None:
    assert describe(picture).colour_mode == mode


def test_a_little_noise_is_no_colour() -> None:
    dice = np.random.default_rng(1)
    noisy = np.asarray(on_paper(), int) + dice.normal(0, 3, (200, 300, 3))
    assert describe(Image.fromarray(noisy.clip(0, 255).astype(np.uint8))).colour_mode == "tinted"


def test_palette_and_dominant_colour() -> None:
    picture = Image.new("RGB", (100, 100), "#204080")
    picture.paste("#c08040", (0, 0, 100, 25))
    pixels = describe(picture)
    assert pixels.palette == (("#204080", 0.75), ("#c08040", 0.25))
    assert pixels.dominant == "#204080"


def test_a_palette_has_six_colours_and_its_shares_are_one() -> None:
    palette = describe(with_stamp()).palette
    assert 2 <= len(palette) <= 6
    assert sum(share for _, share in palette) == pytest.approx(1, abs=0.01)
    assert [share for _, share in palette] == sorted((share for _, share in palette), reverse=True)


def test_the_hash_is_that_of_imagehash() -> None:
    dice = np.random.default_rng(7)
    pictures = [waves(), flag(), on_paper(), with_stamp(), Image.new("L", (90, 50), 255), Image.new("L", (1, 1), 9)]
    pictures += [Image.fromarray(dice.integers(0, 256, (40, 60), np.uint8)) for _ in range(50)]
    for picture in pictures:
        assert describe(picture).phash == str(imagehash.phash(picture.convert("L")))


@pytest.mark.real_data
def test_the_hash_of_real_pictures_is_that_of_imagehash(data: Path) -> None:
    for path in sorted((data / "genre").rglob("*.jpg"))[::20]:
        with Image.open(path) as opened:
            picture = opened.convert("RGB")
        assert describe(picture).phash == str(imagehash.phash(picture)), path


def test_near_copies_have_near_hashes() -> None:
    def distance(a: Image.Image, b: Image.Image) -> int:
        return imagehash.hex_to_hash(describe(a).phash) - imagehash.hex_to_hash(describe(b).phash)

    blobs = np.random.default_rng(3).integers(0, 255, (9, 12), np.uint8)
    original = Image.fromarray(blobs).resize((800, 600), Image.Resampling.BICUBIC)
    assert len(describe(original).phash) == 16
    assert distance(original, original.resize((400, 300))) <= 6
    assert distance(original, original.point(lambda value: value * 0.8)) <= 6
    assert distance(original, ImageOps.colorize(original, (35, 30, 28), PAPER)) <= 6
    assert distance(original, ImageOps.mirror(original)) > 10
