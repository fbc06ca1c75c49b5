"""Noise: what an OCR marks as a picture and is none. It is kept, with the reason.

A reason is the id of a concept: of the facet ``noise``, or of ``function`` for what a page has beside its pictures
(decoration, stamps, tables). Decoration is noise in all dialects, because half of them do not mark it at all.
"""

from __future__ import annotations

from ..records import Box, Size
from ..vocabulary import vocabulary
from .layout import Layout
from .regions import Candidate, Kind

#: Functions of regions that are no pictures.
_NOISE_FUNCTIONS = {"ornament", "initial", "stamp", "seal", "table", "barcode"}

# GallicaPix filters 10-4 (.0007 of the page) and keeps 12-4 (.0018) of Excelsior, and so do we.
_SPECK = 0.001
# A picture may be seven times as long as high, if it is high: a panorama. Bands and rules are not.
_BAND, _LONG_BAND, _RULE = 7, 15, 40
_BAND_LINES = 3
# No higher than a line and a half: it is set in the text, as a flourish or a pilcrow.
_LINE_HIGH = 1.5
# A strip along an edge of the scan: it begins within so much of the edge, and is no broader than that.
_TOUCHES, _STRIP, _NARROW, _TALL = 0.01, 0.1, 0.06, 0.3
# A GraphicalElement that fills so much of the page separates nothing.
_LARGE = 0.05
# The part of a region that lines of text must cover for it to be text.
_TEXT = 0.5


def noise_reason(candidate: Candidate, layout: Layout) -> str | None:
    """Return why a candidate is no picture, or None for a picture. Decides by words and shapes alone."""
    reasons = _told(candidate)
    if reasons:
        # The last word is the most special; a function that pictures have is believed against the shape.
        return reasons[-1] or None
    if candidate.kind is Kind.GROUP:
        return "text"
    shape = _shape(candidate.box, layout)
    if shape is not None:
        return shape
    if candidate.kind is Kind.GRAPHIC and candidate.box.area < _LARGE * layout.frame.area:
        return "ornament"
    return "text" if text_share(candidate.box, layout) >= _TEXT else None


def is_told(candidate: Candidate) -> bool:
    """Say whether the OCR itself says what a candidate is, so that neither its shape nor its text need be asked."""
    return bool(_told(candidate))


def text_share(box: Box, layout: Layout) -> float:
    """Return the share of a box that lines of text cover, 0 to 1."""
    covered = 0
    for text in layout.beginning(box.y - layout.tallest, box.bottom):
        if text.box.intersection(box):
            for line in text.block.lines:
                common = line.box.intersection(box) if line.words else None
                covered += common.area if common else 0
    return covered / box.area


def _told(candidate: Candidate) -> list[str]:
    return [reason for word in candidate.words if (reason := _said(word)) is not None]


def _said(word: str) -> str | None:
    """Return the reason that a word of the OCR gives: empty where it means a picture, None where it says nothing."""
    noise = vocabulary().find("noise", word)
    if noise is not None:
        return noise.id
    function = vocabulary().find("function", word)
    if function is None or function.id == "advertisement":
        return None
    return function.id if function.id in _NOISE_FUNCTIONS else ""


def _shape(box: Box, layout: Layout) -> str | None:
    edge = _edge(box, layout.frame)
    if edge is not None:
        return edge
    short, long = sorted((box.w, box.h))
    if long >= _LONG_BAND * short or (long >= _BAND * short and short < _BAND_LINES * layout.body):
        return "rule" if short <= layout.body or long >= _RULE * short else "ornament"
    if box.h < _LINE_HIGH * layout.body and box.w > box.h:
        return "ornament"
    return "speck" if box.area < _SPECK * layout.frame.area else None


def _edge(box: Box, frame: Size) -> str | None:
    left, top = box.right <= _STRIP * frame.w, box.bottom <= _STRIP * frame.h
    right, bottom = box.x >= (1 - _STRIP) * frame.w, box.y >= (1 - _STRIP) * frame.h
    at_side = (left and box.x <= _TOUCHES * frame.w) or (right and box.right >= (1 - _TOUCHES) * frame.w)
    if at_side and box.w <= _NARROW * frame.w and box.h >= _TALL * frame.h:
        return "binding"
    at_end = (top and box.y <= _TOUCHES * frame.h) or (bottom and box.bottom >= (1 - _TOUCHES) * frame.h)
    return "edge" if at_side or at_end else None
