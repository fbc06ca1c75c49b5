"""A page, or a part of it, as SVG: its pictures, its lines of text, and those that were taken for a caption."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from functools import lru_cache, reduce
from pathlib import Path

from markupsafe import Markup, escape

from estampe.records import Box, Line, OcrPage, Size

#: The margin around what is shown, as a share of its longer side.
_MARGIN = 0.09
#: What is so many times as long as broad is drawn as a rule, without a cross.
_RULE = 7


@lru_cache(maxsize=16)
def embedded(scan: Path) -> str:
    """Return an image as the address that holds it whole."""
    kind = "png" if scan.suffix == ".png" else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(scan.read_bytes()).decode()}"


def view(box: Box, lines: Iterable[Line], frame: Size) -> Box:
    """Return the part of a page that shows a picture, its lines, and a margin around them."""
    whole = reduce(Box.union, (line.box for line in lines), box)
    margin = round(_MARGIN * max(whole.w, whole.h))
    # Not so narrow that its neighbours cannot be told.
    across = margin + max(0, round((0.6 * whole.h - whole.w) / 2))
    wide = Box(whole.x - across, whole.y - margin, whole.w + 2 * across, whole.h + 2 * margin)
    return wide.clipped(frame) or whole


def page_svg(ocr: OcrPage, shown: Box, *, name: str, scan: str = "") -> Markup:
    """Return what is printed on a part of a page, as a group that ``name`` names; the scan where there is one.

    All that comes from a page is escaped, or a number.
    """
    assert ocr.size is not None
    parts = [f'<g id="{escape(name)}">', _rect(shown, "paper")]
    if scan:
        parts.append(f'<image href="{scan}" width="{ocr.size.w}" height="{ocr.size.h}" preserveAspectRatio="none"/>')
    else:
        parts += [_picture(region.box) for region in ocr.regions if region.box.intersection(shown)]
        lines = (line for block in ocr.blocks for line in block.lines)
        parts += [_text(line) for line in lines if line.box.intersection(shown)]
    return Markup("".join([*parts, "</g>"]))


def marks_svg(box: Box, lines: Sequence[Line], side: str) -> Markup:
    """Return a picture's frame and the marks on the lines that one side took."""
    pad = max(4, round(0.004 * max(box.w, box.h)))
    rows = "".join(
        _rect(Box(line.box.x - pad, line.box.y - pad, line.box.w + 2 * pad, line.box.h + 2 * pad), f"line {side}")
        for line in lines
    )
    return Markup(rows + _rect(box, "box"))


def _rect(box: Box, kind: str) -> str:
    return f'<rect class="{kind}" x="{box.x}" y="{box.y}" width="{box.w}" height="{box.h}"/>'


def _picture(box: Box) -> str:
    if max(box.w, box.h) > _RULE * min(box.w, box.h):
        return _rect(box, "picture")
    return (
        f'{_rect(box, "picture")}<path class="cross" d="M{box.x} {box.y}L{box.right} {box.bottom}'
        f'M{box.right} {box.y}L{box.x} {box.bottom}"/>'
    )


def _text(line: Line) -> str:
    box, text = line.box, line.text
    if not text or (box.h > 2 * box.w and len(text) > 2):
        return _rect(box, "stroke")
    return (
        f'<text x="{box.x}" y="{box.y + round(0.8 * box.h)}" font-size="{round(0.95 * box.h)}" '
        f'textLength="{box.w}" lengthAdjust="spacingAndGlyphs">{escape(text)}</text>'
    )
