"""What is looked at is the picture, not its mount; and it always has the size that the network takes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from estampe.classify.views import SHAPE, TILE, core, looks, trimmed
from estampe.press import specimens


def noise(width: int, height: int) -> Image.Image:
    return Image.fromarray(np.uint8(np.random.default_rng(1).integers(0, 150, (height, width, 3))))


@given(st.integers(1, 900), st.integers(1, 900), st.booleans())
@settings(max_examples=25, deadline=None)
def test_any_picture_can_be_looked_at(width: int, height: int, blank: bool) -> None:
    picture = Image.new("RGB", (width, height), "white") if blank else noise(width, height)
    sheet, part, shape = looks(picture)
    assert sheet.shape == part.shape == (TILE, TILE, 3)
    assert shape.shape == (SHAPE,) and np.isfinite(shape).all()


def test_margins_and_captions_are_left_out() -> None:
    sheet = Image.new("RGB", (500, 600), "white")
    sheet.paste(noise(300, 200), (100, 150))
    for line in range(3):  # a caption
        sheet.paste(Image.new("RGB", (200, 4), (90, 90, 90)), (150, 400 + 12 * line))
    width, height = trimmed(sheet).size
    assert abs(width - 300) < 15 and 270 < height < 300
    width, height = core(trimmed(sheet)).size
    assert abs(width - 300) < 15 and abs(height - 200) < 20


@pytest.mark.parametrize(
    "make", [specimens.text_page, specimens.plan, lambda chance: specimens.poster(noise(200, 300), chance)]
)
def test_sheets_are_drawn_whatever_chance_decides(make: object) -> None:
    for seed in range(12):
        sheet = make(np.random.default_rng(seed))  # type: ignore[operator]
        assert sheet.mode == "RGB" and max(sheet.size) <= specimens.SIDE + 1
        assert np.asarray(sheet.convert("L")).std() > 1
