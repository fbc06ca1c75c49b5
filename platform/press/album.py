"""An album: photographs on the leaves of a mount, with a line under each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..records import Box, Size
from .plates import PLATES, aspect, render
from .sheet import SetPicture, Sheet
from .typesetting import Style, set_block

_LINE = Style("italic", 30, 36, "centre")


@dataclass(slots=True)
class Album:
    """Prints the leaves of one album; the same generator state prints the same leaves."""

    language: str
    generator: np.random.Generator
    size: Size = Size(2000, 1500)
    story: int = 0

    def page(self, number: int) -> Sheet:
        """Print a leaf with one, two or four photographs."""
        sheet = Sheet(self.size, number)
        across, down = ((2, 1), (2, 2), (1, 1))[number % 3]
        chosen = self.generator.permutation(len(PLATES))[: across * down]
        cell = Size(self.size.w // across, self.size.h // down)
        for place, choice in enumerate(chosen):
            plate = PLATES[int(choice)]
            room = Size(cell.w - 220, cell.h - 240)
            width = min(room.w, round(room.h * aspect(plate)))
            height = round(width / aspect(plate))
            x = (place % across) * cell.w + (cell.w - width) // 2
            y = (place // across) * cell.h + (cell.h - height) // 2 - 20
            self.story += 1
            caption = plate.captions[self.language]
            picture = SetPicture(
                sheet.next_id("IL"), Box(x, y, width, height), "picture", self.story, caption, plate.name, "photograph"
            )
            sheet.print_plate(render(plate, "photograph", Size(width, height)), picture)
            set_block(sheet, caption, _LINE, x - 90, y + height + 16, width + 180, "caption", self.story)
        return sheet
