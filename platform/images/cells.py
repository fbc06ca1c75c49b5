"""A page in small cells: where something is printed or drawn on it, and what its ground is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

#: A page is looked at with so many pixels on its longer side, in cells of so many.
_SIDE: Final = 384
_CELL: Final = 6
#: What lies nearer to an edge than this share of a side is binding, shadow or another page.
_EDGE: Final = 0.08
#: Something is printed in a cell whose lightest and darkest pixels differ by so much (of 255); foxing and what shows
#: through from the other side differ by less.
PRINTED: Final = 35
STRONGLY: Final = 45
#: On no more of the cells of bare paper something is strongly printed: a hair, a hole.
_BARE: Final = 0.0016


@dataclass(frozen=True, slots=True)
class Cells:
    """A page's cells: by how much of 255 lightest and darkest pixel differ, and the mean colour (rows, columns, 3)."""

    contrast: npt.NDArray[np.int16]
    colours: npt.NDArray[np.float64]

    @classmethod
    def of(cls, page: Image.Image) -> Cells:
        """Look at a page, of any size and mode."""
        scale = _SIDE / max(page.size)
        width, height = (max(4 * _CELL, round(side * scale) // _CELL * _CELL) for side in page.size)
        small = page.convert("RGB").resize((width, height), Image.Resampling.BOX, reducing_gap=2.0)
        rows, columns = height // _CELL, width // _CELL
        grey = np.asarray(small.convert("L")).astype(np.int16).reshape(rows, _CELL, columns, _CELL)
        colours = np.asarray(small).reshape(rows, _CELL, columns, _CELL, 3).mean(axis=(1, 3))
        return cls(grey.max(axis=(1, 3)) - grey.min(axis=(1, 3)), colours)

    @property
    def inner(self) -> tuple[slice, slice]:
        """The rows and columns away from the edges."""
        rows, columns = (_inner(count) for count in self.contrast.shape)
        return rows, columns

    def share(self, least: int) -> float:
        """Return the share of the cells away from the edges whose pixels differ by more than ``least``."""
        return float((self.contrast[self.inner] > least).mean())

    @property
    def is_bare(self) -> bool:
        """Whether it is paper with nothing on it, however foxed or yellow."""
        return self.share(STRONGLY) <= _BARE


def _inner(count: int) -> slice:
    edge = round(count * _EDGE)
    return slice(edge, count - edge)
