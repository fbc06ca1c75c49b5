"""How a page of OCR lies in the page's frame."""

from __future__ import annotations

from dataclasses import dataclass

from ..records import Severity, Size
from .geometry import ASSUMED_DPI, PER_INCH, Ruler, is_page

#: Code, message and severity of what was odd.
Oddity = tuple[str, str, Severity]


@dataclass(frozen=True, slots=True)
class Framed:
    """The ruler from the file's units to the frame, the frame's size where known, and what was odd."""

    ruler: Ruler
    size: Size | None
    odd: tuple[Oddity, ...]


def fit(
    width: float | None, height: float | None, unit: str, *, frame: Size | None = None, dpi: float | None = None
) -> Framed:
    """Choose how the positions of a page are turned into the frame's.

    Args:
        width, height: the page as the OCR measures it, None where it does not say.
        unit: ``pixel``, ``mm10``, ``inch1200``, or whatever the file says.
        frame: the manifest's canvas, None where there is none.
        dpi: the resolution of the scan, None where not known.

    """
    if width is None or height is None or not is_page(width, height):
        said = "does not say how large its page is"
        if width is not None and height is not None:
            said = f"says that its page is {width:.0f} × {height:.0f}, which no page is"
        odd: Oddity = ("alto-page-size", f"{said}; boxes are not scaled to the canvas", Severity.WARNING)
        scale, more = _pixels_per_unit(unit, dpi)
        return Framed(Ruler(scale, scale), frame, (odd, *more))
    if frame is None:
        scale, more = _pixels_per_unit(unit, dpi)
        size = Size(max(1, round(width * scale)), max(1, round(height * scale)))
        return Framed(Ruler(scale, scale), size, more)
    if (round(width), round(height)) == (frame.w, frame.h):
        return Framed(Ruler(), frame, ())
    sx, sy = frame.w / width, frame.h / height
    if abs(sx - sy) <= 0.01 * max(sx, sy):
        return Framed(Ruler(sx, sy), frame, ())
    message = (
        f"has a page of {width:g} × {height:g}, and the canvas is {frame.w} × {frame.h}, of another shape; "
        "boxes may lie beside what they show"
    )
    return Framed(Ruler(sx, sy), frame, (("alto-frame-shape", message, Severity.WARNING),))


def _pixels_per_unit(unit: str, dpi: float | None) -> tuple[float, tuple[Oddity, ...]]:
    if unit in PER_INCH:
        message = f"measures in {unit} and its resolution is not known; {ASSUMED_DPI:g} dpi assumed"
        odd: Oddity = ("alto-dpi-assumed", message, Severity.INFO)
        return (dpi or ASSUMED_DPI) / PER_INCH[unit], () if dpi else (odd,)
    if unit == "pixel":
        return 1.0, ()
    if not unit:
        return 1.0, (("alto-unit", "does not say its unit; taken as pixels", Severity.INFO),)
    return 1.0, (("alto-unit", f"has the unit {unit[:40]!r}, which is none; taken as pixels", Severity.WARNING),)
