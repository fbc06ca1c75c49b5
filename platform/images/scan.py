"""A page's scan, decoded once, from which its illustrations are cut."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from ..errors import FormatError
from ..records import Box, Size
from .decoding import about, reduced

#: The longest side at which a page is looked at: enough for palettes, hashes and classifiers of a page's pictures.
LOOK = 3000
#: The longest side that stands for a page as large as its file, for what looks at it piece by piece.
WHOLE = 1_000_000


@dataclass(frozen=True, slots=True)
class Scan:
    """A decoded page. ``size`` is that of the file in its own pixels; the picture itself may be smaller."""

    size: Size
    picture: Image.Image

    @classmethod
    def open(cls, path: Path, longest: int = LOOK, *, or_more: bool = False) -> Scan:
        """Decode a file at no more than ``longest`` pixels. Raises FormatError.

        With ``or_more`` it may have up to twice as many, where it is decoded sooner so.
        """
        picture, size = (about if or_more else reduced)(path, longest, name=str(path))
        return cls(size, picture)

    @classmethod
    def from_bytes(cls, data: bytes, longest: int = LOOK, name: str = "the picture") -> Scan:
        """Decode what came over the network. Raises FormatError."""
        picture, size = reduced(data, longest, name=name)
        return cls(size, picture)

    def reduced(self, longest: int = LOOK) -> Scan:
        """Return the same with at most ``longest`` pixels on its longer side."""
        if max(self.picture.size) <= longest:
            return self
        share = longest / max(self.picture.size)
        width, height = (max(round(side * share), 1) for side in self.picture.size)
        return Scan(self.size, self.picture.resize((width, height), reducing_gap=2.0))

    def crop(self, box: Box, frame: Size, longest: int) -> Image.Image:
        """Cut a box of the page's frame out, with its longest side at most ``longest`` pixels.

        Raises FormatError where the box lies wholly outside the frame.
        """
        decoded = Size(*self.picture.size)
        part = box.scaled(decoded.w / frame.w, decoded.h / frame.h).clipped(decoded)
        if part is None:
            raise FormatError(f"box {box.xywh}", f"it lies outside its page of {frame.w} × {frame.h} pixels")
        cut = self.picture.crop((part.x, part.y, part.right, part.bottom))
        cut.thumbnail((longest, longest))
        return cut
