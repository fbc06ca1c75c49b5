"""A printed sheet: the ink on it, and the exact truth about what stands where."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from ..records import Box, Size

Role = Literal["text", "title", "caption", "header", "advertisement"]
Kind = Literal["picture", "rule", "ornament", "initial"]
Plane = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class SetWord:
    """A word as it was set: its ink's box, and the whole word on the first half of one that was broken."""

    text: str
    box: Box
    broken: Literal["", "first", "second"] = ""
    whole: str = ""


@dataclass(frozen=True, slots=True)
class SetBlock:
    """A block of lines with its role, and the story it belongs to (0: none)."""

    id: str
    lines: tuple[tuple[SetWord, ...], ...]
    role: Role
    story: int

    @property
    def box(self) -> Box:
        """The box around all words."""
        words = [word.box for line in self.lines for word in line]
        box = words[0]
        for other in words[1:]:
            box = box.union(other)
        return box


@dataclass(frozen=True, slots=True)
class SetPicture:
    """A picture, rule or ornament as it was printed."""

    id: str
    box: Box
    kind: Kind
    story: int = 0
    caption: str = ""
    plate: str = ""
    process: str = ""
    advertisement: bool = False


@dataclass(slots=True)
class Sheet:
    """A page under the press: 0 is black ink, 255 bare paper; boxes in pixels of the sheet."""

    size: Size
    number: int
    blocks: list[SetBlock] = field(default_factory=list)
    pictures: list[SetPicture] = field(default_factory=list)
    ink: Image.Image = field(init=False)
    colour: list[tuple[Box, Image.Image]] = field(default_factory=list)
    draw: ImageDraw.ImageDraw = field(init=False)

    def __post_init__(self) -> None:
        self.ink = Image.new("L", (self.size.w, self.size.h), 255)
        self.draw = ImageDraw.Draw(self.ink)

    def next_id(self, prefix: str) -> str:
        """Return the id of the next block or picture, in the manner of CCS docWorks: ``P3_TB00012``."""
        count = len(self.blocks) + len(self.pictures) + 1
        return f"P{self.number}_{prefix}{count:05d}"

    def rule(self, box: Box) -> None:
        """Print a rule, as OCR marks it: a graphical element that is no picture."""
        self.draw.rectangle((box.x, box.y, box.right - 1, box.bottom - 1), fill=20)
        self.pictures.append(SetPicture(self.next_id("GE"), box, "rule"))

    def print_plate(self, plate: Image.Image, picture: SetPicture) -> None:
        """Print a plate into its box; a colour plate keeps its colours."""
        if plate.mode == "L":
            self.ink.paste(plate, (picture.box.x, picture.box.y))
        else:
            self.colour.append((picture.box, plate))
        self.pictures.append(picture)

    def scan(self, generator: np.random.Generator, tone: tuple[int, int, int]) -> Image.Image:
        """Return the sheet as a scanner sees it: on toned paper with grain, stains, a dark gutter and soft ink."""
        height, width = self.size.h, self.size.w
        ink = np.asarray(self.ink, np.float32) / 255
        coarse = generator.normal(0, 1, (height // 90 + 2, width // 90 + 2)).astype(np.float32)
        stains = np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC))
        grain = generator.normal(0, 0.018, (height, width)).astype(np.float32)
        gutter = 1 - 0.16 * np.exp(-np.arange(width, dtype=np.float32) / (width * 0.02))
        light = (1 + 0.014 * stains + grain) * (gutter if self.number % 2 else gutter[::-1])
        ink = np.float32(0.12) + np.float32(0.88) * ink
        # A channel at a time: all three at once do not fit into what a processor has at hand.
        return Image.merge("RGB", [self._channel(number, light * np.float32(tone[number]), ink) for number in range(3)])

    def _channel(self, number: int, paper: Plane, ink: Plane) -> Image.Image:
        page = paper * ink
        for box, plate in self.colour:
            part = np.asarray(plate.getchannel(number), np.float32) / 255
            page[box.y : box.bottom, box.x : box.right] = part * paper[box.y : box.bottom, box.x : box.right]
        return Image.fromarray(np.clip(page, 0, 255, out=page).astype(np.uint8))
