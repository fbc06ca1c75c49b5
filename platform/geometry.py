"""Sizes and boxes, in whole pixels of the page's frame."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height, in pixels."""

    w: int
    h: int

    @property
    def area(self) -> int:
        """Pixels in all."""
        return self.w * self.h


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """A rectangle: left, top, width, height, in whole pixels of the page's frame."""

    x: int
    y: int
    w: int
    h: int

    @property
    def right(self) -> int:
        """The first column to the right of the box."""
        return self.x + self.w

    @property
    def bottom(self) -> int:
        """The first row below the box."""
        return self.y + self.h

    @property
    def area(self) -> int:
        """Pixels in all."""
        return self.w * self.h

    @property
    def xywh(self) -> str:
        """``x,y,w,h``, as media fragments and the Image API write it."""
        return f"{self.x},{self.y},{self.w},{self.h}"

    def intersection(self, other: Box) -> Box | None:
        """Return what both cover, or None where that is nothing."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        w, h = min(self.right, other.right) - x, min(self.bottom, other.bottom) - y
        return Box(x, y, w, h) if w > 0 and h > 0 else None

    def union(self, other: Box) -> Box:
        """Return the smallest box that holds both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Box(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def iou(self, other: Box) -> float:
        """Return intersection over union, 0 to 1."""
        common = self.intersection(other)
        return common.area / (self.area + other.area - common.area) if common else 0.0

    def covered_by(self, other: Box) -> float:
        """Return the share of this box that lies in the other, 0 to 1."""
        common = self.intersection(other)
        return common.area / self.area if common and self.area else 0.0

    def scaled(self, sx: float, sy: float) -> Box:
        """Return the box in a frame that is larger by these factors, edges rounded, never empty."""
        x, y = round(self.x * sx), round(self.y * sy)
        return Box(x, y, max(1, round(self.right * sx) - x), max(1, round(self.bottom * sy) - y))

    def clipped(self, size: Size) -> Box | None:
        """Return the part inside a frame of this size, or None where that is nothing."""
        return self.intersection(Box(0, 0, size.w, size.h))


def shape_of(box: Box) -> str:
    """Return the shape of a box: ``portrait``, ``landscape``, ``square``, ``panorama`` or ``column``."""
    if box.w >= 2.5 * box.h:
        return "panorama"
    if box.h >= 2.5 * box.w:
        return "column"
    if max(box.w, box.h) <= 1.15 * min(box.w, box.h):
        return "square"
    return "landscape" if box.w > box.h else "portrait"
