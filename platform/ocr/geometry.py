"""From the units and positions of an OCR file to boxes in the page's frame."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ..records import Box
from .drafts import BoxDraft

#: Units of ALTO in parts of an inch.
PER_INCH = {"mm10": 254.0, "inch1200": 1200.0}
#: What is assumed where nothing tells the resolution: that of nearly all microfilm and newspaper digitisation.
ASSUMED_DPI = 300.0

# No page is wider; larger numbers are mistakes or attacks.
_FARTHEST = 10_000_000
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d{1,3})?")


# No side of a page is shorter or longer, in any unit.
_SHORTEST, _LONGEST = 16, 200_000


class Absurd(ValueError):  # noqa: N818 (a signal between two functions, no error that people see)
    """A position that cannot be: not a number, endless, negative in size, or far off any page."""


# Numbers by how they are written: to look one up is faster than to read it. Pages are seldom wider.
_PLACES = {str(number): number for number in range(12_000)}


class Ruler:
    """Turns positions of the file into boxes of the frame, by one factor a direction."""

    def __init__(self, sx: float = 1.0, sy: float = 1.0) -> None:
        #: Returns the box of an element by its HPOS, VPOS, WIDTH and HEIGHT; None where one is missing; raises Absurd.
        #: Edges are rounded, not lengths, so that neighbours stay neighbours; no box is empty.
        self.box: Callable[[Mapping[str, str]], Box | None]
        self._measured = _measure(sx, sy)
        self.box = _exact if sx == sy == 1.0 else self._measured

    def around(self, points: str) -> Box | None:
        """Return the box around the points of a polygon, written ``x,y x,y`` or ``x y x y``; None where it has none."""
        numbers = [float(number) for number in _NUMBER.findall(points)]
        xs, ys = numbers[0::2], numbers[1::2]
        if len(ys) < 2:
            return None
        left, top = min(xs), min(ys)
        return self._outline(left, top, max(xs) - left, max(ys) - top)

    def oval(self, attributes: Mapping[str, str]) -> Box | None:
        """Return the box around an Ellipse or a Circle, told by its middle and half axes; None where there is none."""
        try:
            x, y = float(attributes["HPOS"]), float(attributes["VPOS"])
            across = float(attributes.get("HLENGTH") or attributes["RADIUS"])
            down = float(attributes.get("VLENGTH") or attributes["RADIUS"])
        except (KeyError, ValueError):
            return None
        return self._outline(x - across, y - down, 2 * across, 2 * down)

    def _outline(self, x: float, y: float, w: float, h: float) -> Box | None:
        try:
            return self._measured({"HPOS": repr(x), "VPOS": repr(y), "WIDTH": repr(w), "HEIGHT": repr(h)})
        except Absurd:
            return None


def _exact(attributes: Mapping[str, str]) -> Box | None:
    try:
        w, h = _PLACES[attributes["WIDTH"]], _PLACES[attributes["HEIGHT"]]
        x, y = _PLACES[attributes["HPOS"]], _PLACES[attributes["VPOS"]]
    except KeyError:
        return _measured_as_is(attributes)
    draft = BoxDraft()
    draft.x, draft.y, draft.w, draft.h = x, y, w or 1, h or 1
    draft.__class__ = Box  # type: ignore[assignment]
    return draft  # type: ignore[return-value]


def _measure(sx: float, sy: float) -> Callable[[Mapping[str, str]], Box | None]:
    def measured(attributes: Mapping[str, str]) -> Box | None:
        try:
            x, y = float(attributes["HPOS"]), float(attributes["VPOS"])
            right, bottom = x + float(attributes["WIDTH"]), y + float(attributes["HEIGHT"])
        except KeyError:
            return None
        except ValueError as error:
            raise Absurd(str(error)) from None
        # Comparisons with NaN are false.
        if not (-_FARTHEST < x <= right < _FARTHEST and -_FARTHEST < y <= bottom < _FARTHEST):
            raise Absurd(f"{x:g},{y:g} to {right:g},{bottom:g}")
        left, top = round(x * sx), round(y * sy)
        draft = BoxDraft()
        draft.x, draft.y = left, top
        draft.w, draft.h = round(right * sx) - left or 1, round(bottom * sy) - top or 1
        draft.__class__ = Box  # type: ignore[assignment]
        return draft  # type: ignore[return-value]

    return measured


_measured_as_is = _measure(1.0, 1.0)


def is_page(width: float, height: float) -> bool:
    """Tell whether a page can be so large, in pixels or in any unit of ALTO."""
    return min(width, height) >= _SHORTEST and max(width, height) <= _LONGEST


def length(text: str | None) -> float | None:
    """Return a page's width or height as a number; None where it is missing, zero or cannot be."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 < value < _FARTHEST else None
