"""Bare paper is told from what is drawn or printed upon."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from estampe.images import PRINTED, Cells


def leaf() -> Image.Image:
    """Return yellow paper with grain, foxing, and the shade of a plate that lay on it."""
    chance = np.random.default_rng(0)
    sheet = Image.new("RGB", (1500, 1000), (232, 220, 190))
    shade = Image.new("L", sheet.size)
    ImageDraw.Draw(shade).rectangle((300, 200, 1200, 800), fill=40)
    sheet.paste((200, 185, 150), (0, 0), shade.filter(ImageFilter.GaussianBlur(3)))
    spots = Image.new("L", sheet.size)
    draw = ImageDraw.Draw(spots)
    for x, y in chance.uniform((0, 0), sheet.size, (300, 2)):
        draw.ellipse((x - 6, y - 6, x + 6, y + 6), fill=90)
    sheet.paste((190, 140, 90), (0, 0), spots.filter(ImageFilter.GaussianBlur(3)))
    grain = chance.normal(0, 3, (1000, 1500, 1))
    return Image.fromarray((np.asarray(sheet) + grain).clip(0, 255).astype(np.uint8))


def test_foxed_paper_is_bare() -> None:
    assert Cells.of(leaf()).is_bare


@pytest.mark.parametrize("ink", [(60, 50, 45), (120, 70, 40)], ids=["pen", "sanguine"])
def test_what_is_drawn_on_it_is_not(ink: tuple[int, int, int]) -> None:
    sheet = leaf()
    draw = ImageDraw.Draw(sheet)
    for turn in range(0, 360, 15):
        draw.arc((300 + turn, 150, 900 + turn, 850), turn, turn + 90, fill=ink, width=5)
    cells = Cells.of(sheet)
    assert not cells.is_bare
    assert 0 < cells.share(PRINTED) < 0.5


@pytest.mark.parametrize("size", [(1, 1), (3, 4000), (4000, 3)])
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "1"])
def test_pages_of_any_shape_and_mode_have_cells(size: tuple[int, int], mode: str) -> None:
    assert Cells.of(Image.new(mode, size)).is_bare
