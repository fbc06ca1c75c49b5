"""What kind of page a page is: text, blank, a cover, or a page of pictures; by rules over what is known of it.

Classes as in the BnF's experiment on its albums of prints. The rules, in their order, measured on some 400 real pages
(docs/models.md):

1. Where pictures take more room than text, it is a page of pictures. Text is what the OCR has; without OCR, whatever is
   printed outside of pictures.
2. Without pictures, where next to nothing is printed, the page is blank, unless its ground is no paper's.
3. Where the ground is strongly coloured or dark, or a pattern covers all of it, and there is no picture but a vignette,
   it is a cover: a printed wrapper, boards, marbled paper.
4. All else is a page of text.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from ..images import PRINTED, STRONGLY, Cells
from ..records import Label, Run
from .colours import lightness_and_chroma

#: Says what kind of page a page is.
PAGE_RUN = Run("page-kinds@1", "page-kinds", "1", "page", {"of": "pictures, text and ground", "by": "rules"})
TEXT, BLANK, COVER, PICTURES = "text-page", "blank-page", "cover-page", "picture-page"

#: A box in shares of the page: left, top, right, bottom, 0 to 1.
Share = tuple[float, float, float, float]

# A page is blank on which so few of the cells are printed upon, strongly.
_BLANK = 0.036
# Yellowed paper has a chroma of up to 20 in CIELAB and is light; wrappers of coloured paper have 35, a lightness of 48.
_COLOURED, _COLOURED_BELOW, _DARK = 28.0, 65.0, 35.0
# A cover may have a vignette that takes no more of it.
_VIGNETTE = 0.15
# Marbled paper is printed upon everywhere, in colour.
_EVERYWHERE, _MARBLED = 0.93, 18.0


class _Sheet(NamedTuple):
    """A page in cells, and lightness and chroma of its ground."""

    cells: Cells
    lightness: float
    chroma: float

    @property
    def strongly(self) -> float:
        """The share of it that is strongly printed upon."""
        return self.cells.share(STRONGLY)


def page_kind(
    picture: Image.Image | None, pictures: Sequence[Share] | None, text: Sequence[Share] | None
) -> Label | None:
    """Return what kind of page it is, None where too little is known of it.

    Args:
        picture: the page, None where its scan is not at hand.
        pictures: where pictures are on it; None where nobody looked.
        text: where the OCR has text; None without OCR.

    """
    sheet = _sheet(picture) if picture is not None else None
    if sheet is None and text is None:
        return None
    pictured = _covered(pictures or ())
    written = _covered(text) if text is not None else _outside(sheet, pictures or ()) if sheet else 0.0
    share = pictured / (pictured + written) if pictured else 0.0
    if share > 0.5:
        return _label(PICTURES, share)
    if sheet and not text:
        if pictured < _VIGNETTE and (cover := _cover(sheet)) is not None:
            return _label(COVER, cover)
        if not pictured and sheet.strongly < _BLANK:
            return _label(BLANK, 1 - 0.5 * sheet.strongly / _BLANK)
    if pictures is None and not text:
        return None
    # Without a scan, a page of which OCR has no word may be anything.
    return _label(TEXT, 1 - share) if written else None


def _label(kind: str, sure: float) -> Label:
    return Label(kind, "page", round(min(max(sure, 0.5), 0.99), 3), PAGE_RUN.id)


def _cover(sheet: _Sheet) -> float | None:
    """Return how surely a page without pictures is a cover, None where it is none."""
    coloured = sheet.chroma >= _COLOURED and sheet.lightness < _COLOURED_BELOW
    if coloured or sheet.lightness < _DARK:
        return 0.5 + max((sheet.chroma - _COLOURED) / 20 if coloured else 0, (_DARK - sheet.lightness) / 50)
    return 0.6 if sheet.cells.share(PRINTED) >= _EVERYWHERE and sheet.chroma >= _MARBLED else None


def _sheet(picture: Image.Image) -> _Sheet:
    cells = Cells.of(picture)
    light, chroma = lightness_and_chroma(cells.colours[cells.inner].reshape(-1, 3))
    return _Sheet(cells, float(np.median(light)), float(np.median(chroma)))


def _outside(sheet: _Sheet, pictures: Sequence[Share]) -> float:
    """Return the share of a page that is printed upon outside of its pictures."""
    printed = sheet.cells.contrast > PRINTED
    inside = _mask(pictures, *printed.shape)
    inner = np.zeros_like(inside)
    inner[sheet.cells.inner] = True
    return float((printed & ~inside & inner).mean())


def _covered(boxes: Sequence[Share]) -> float:
    """Return the share of the page that boxes cover together."""
    return float(_mask(boxes, 100, 100).mean()) if boxes else 0.0


def _mask(boxes: Sequence[Share], rows: int, columns: int) -> npt.NDArray[np.bool_]:
    mask = np.zeros((rows, columns), bool)
    for left, top, right, bottom in boxes:
        mask[
            math.floor(top * rows) : math.ceil(bottom * rows), math.floor(left * columns) : math.ceil(right * columns)
        ] = True
    return mask
